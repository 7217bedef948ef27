-- title: default privileges on new tables in schema trail
-- finds: default_privileges | tables of archivist in schema trail | will be granted to rowlock_api when they are created
-- no_pgrls: privileges

create role archivist;
alter default privileges for role archivist in schema trail grant all on tables to rowlock_api;
