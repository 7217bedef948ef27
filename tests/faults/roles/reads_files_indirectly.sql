-- title: a login role that can read the server's files through another role
-- finds: reachable_roles | dba | can act as pg_read_server_files, which reaches the server's files
-- variant_of: reads_files

create role dba login;
create role lord;
grant lord to dba;
grant pg_read_server_files to lord;
