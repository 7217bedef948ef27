-- title: a copy that the API's role may read and that is a member of an extension
-- finds: outside | public.adopted_rows | can be used, and no check covers its rows
-- pgrls: SEC001 public.adopted_rows
-- pgrls: SEC049 public.adopted_rows

-- With `alter extension … add`, its owner can make any object a member.
create table public.adopted_rows as table app.tasks;
grant select on public.adopted_rows to rowlock_api;
alter extension plpgsql add table public.adopted_rows;
