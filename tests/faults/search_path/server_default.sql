-- title: the default search path of the server, where another role can create objects
-- finds: search_path | schema public | is where names in the API's statements are looked up, and mallory can create there
-- variant_of: squatter

-- Without a setting for the role, that of the database applies, otherwise that of the server.
create role mallory;
alter role rowlock_api reset search_path;
grant create on schema public to mallory;
