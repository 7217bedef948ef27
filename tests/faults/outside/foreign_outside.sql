-- title: a foreign table outside schema app
-- finds: outside | public.far | can be used, and no check covers its rows
-- variant_of: copied

create foreign data wrapper hollow;
create server nowhere foreign data wrapper hollow;
create foreign table public.far (user_id text) server nowhere;
grant select on public.far to rowlock_api;
