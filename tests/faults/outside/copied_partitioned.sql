-- title: a partitioned table outside schema app
-- finds: outside | public.parts | can be used, and no check covers its rows
-- variant_of: copied

create table public.parts (id int) partition by hash (id);
grant select on public.parts to rowlock_api;
