-- title: a user mapping for everyone
-- finds: user_mappings | user mapping on server open_server | lets public access that server with stored credentials
-- no_pgrls: credentials of the server

create foreign data wrapper open_wrapper;
create server open_server foreign data wrapper open_wrapper;
create user mapping for public server open_server;
