-- title: a login role that can read the server's files
-- finds: reachable_roles | loader | can act as pg_read_server_files, which reaches the server's files
-- no_pgrls: membership of roles

create role loader login;
grant pg_read_server_files to loader;
