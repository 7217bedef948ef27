-- title: the server's search path, where another role can create
-- finds: search_path | schema public | is where names in the API's statements are looked up, and mallory can create there
-- variant_of: squatter

-- Without a setting of the role's own, that of the database holds, and then the server's.
create role mallory;
alter role rowlock_api reset search_path;
grant create on schema public to mallory;
