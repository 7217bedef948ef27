-- title: the search path "$user", public, where everyone can create objects
-- finds: search_path | schema public | is where names in the API's statements are looked up, and everybody can create there
-- finds: outside | schema public | lets rowlock_api create objects in it
-- finds: settings | setting search_path = '"$user", public' | is set for the role; the API needs pg_catalog
-- finds: stored_settings | setting search_path="$user", public | is stored for rowlock_api: names may find objects that another role created
-- advice: settings
-- variant_of: squatter

alter role rowlock_api set search_path = "$user", public;
grant create on schema public to public;
