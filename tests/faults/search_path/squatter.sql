-- title: a schema in the API's search path where another role can create objects
-- finds: search_path | schema public | is where names in the API's statements are looked up, and squatter can create there
-- finds: settings | setting search_path = 'public' | is set for the role; the API needs pg_catalog
-- finds: stored_settings | setting search_path=public | is stored for rowlock_api: names may find objects that another role created
-- advice: settings
-- no_pgrls: who may create objects in a schema

create role squatter login;
grant create on schema public to squatter;
alter role rowlock_api set search_path = public;
