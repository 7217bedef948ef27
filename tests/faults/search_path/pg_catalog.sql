-- title: a role that can create objects in schema pg_catalog
-- finds: search_path | schema pg_catalog | is where names in the API's statements are looked up, and cuckoo can create there
-- no_pgrls: who may create objects in a schema

create role cuckoo login;
grant create on schema pg_catalog to cuckoo;
