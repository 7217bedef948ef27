-- title: user mappings for three roles
-- finds: user_mappings | user mapping on server far | lets public access that server with stored credentials
-- finds: user_mappings | user mapping on server far | lets rowlock_api access that server with stored credentials
-- variant_of: user_mapping

create role reader;
create foreign data wrapper hollow;
create server far foreign data wrapper hollow;
create user mapping for public server far;
create user mapping for reader server far;
create user mapping for rowlock_api server far;
