-- title: default privileges on new tables in every schema
-- finds: default_privileges | tables of lord in every schema | will be granted to public when they are created
-- variant_of: next_table

create role lord;
alter default privileges for role lord grant select on tables to public;
