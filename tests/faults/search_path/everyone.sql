-- title: a schema in the API's search path where everyone can create objects
-- finds: outside | schema public | lets rowlock_api create objects in it
-- finds: search_path | schema public | is where names in the API's statements are looked up, and everybody can create there
-- finds: settings | setting search_path = 'public' | is set for the role; the API needs pg_catalog
-- finds: stored_settings | setting search_path=public | is stored for rowlock_api: names may find objects that another role created
-- advice: settings
-- variant_of: squatter
-- mutant: around the policies
-- caught_by: drift, outside, search_path, settings

grant create on schema public to public;
alter role rowlock_api set search_path = public;
