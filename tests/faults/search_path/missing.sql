-- title: a missing schema in the API's search path, which another role can create
-- finds: search_path | schema rowlock_api | is where names in the API's statements are looked up, and mallory can create it
-- finds: settings | setting search_path = '"$user"' | is set for the role; the API needs pg_catalog
-- finds: stored_settings | setting search_path="$user" | is stored for rowlock_api: names may find objects that another role created
-- advice: settings
-- variant_of: squatter

create role mallory;
alter role rowlock_api set search_path = "$user";
do $$ begin execute format('grant create on database %I
    to mallory', current_database()); end $$;
