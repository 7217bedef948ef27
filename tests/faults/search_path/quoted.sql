-- title: a schema in the API's search path with a quoted name, which another role owns
-- finds: search_path | schema "The, Irs" | is where names in the API's statements are looked up, and belongs to mallory
-- finds: settings | setting search_path = '"The, Irs"' | is set for the role; the API needs pg_catalog
-- finds: stored_settings | setting search_path="The, Irs" | is stored for rowlock_api: names may find objects that another role created
-- advice: settings
-- variant_of: squatter

create role mallory;
create schema "The, Irs" authorization mallory;
alter role rowlock_api set search_path = "The, Irs";
