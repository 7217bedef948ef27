-- title: default privileges on new tables
-- finds: default_privileges | tables of builder in schema app | will be granted to rowlock_api when they are created
-- pgrls: SEC044 app

create role builder;
alter default privileges for role builder in schema app grant all on tables to rowlock_api;
