-- title: the last schema of the API's search path, where another role can create objects
-- finds: search_path | schema public | is where names in the API's statements are looked up, and mallory can create there
-- finds: settings | setting search_path = 'pg_catalog, public' | is set for the role; the API needs pg_catalog
-- finds: stored_settings | setting search_path=pg_catalog, public | is stored for rowlock_api: names may find objects that another role created
-- advice: settings
-- variant_of: squatter

create role mallory;
alter role rowlock_api set search_path = pg_catalog, public;
grant create on schema public to mallory;
