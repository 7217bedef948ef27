-- title: the API's role owns a foreign table
-- finds: ownership | table app.probe | is owned by rowlock_api; an owner can switch row-level security off
-- finds: tables_rls | app.probe | is a foreign table or a materialised view, which row-level security cannot cover
-- variant_of: owned

create foreign data wrapper hollow;
create server nowhere foreign data wrapper hollow;
create foreign table app.probe (user_id text) server nowhere;
alter table app.probe owner to rowlock_api;
