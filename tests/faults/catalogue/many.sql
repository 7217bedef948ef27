-- title: several grants in the server's catalogue
-- finds: catalogue_privileges | pg_authid | SELECT (rolpassword) is granted to rowlock_api
-- finds: catalogue_privileges | pg_largeobject | SELECT is granted to reader
-- finds: catalogue_privileges | pg_read_binary_file(text) | EXECUTE is granted to rowlock_api
-- finds: catalogue_privileges | pg_read_file(text) | EXECUTE is granted to reader
-- finds: catalogue_privileges | pg_statistic | SELECT is granted to public
-- variant_of: statistics

grant select on pg_statistic to public;
grant select (rolpassword) on pg_authid to rowlock_api;
grant execute on function pg_read_binary_file(text) to rowlock_api;
create role reader;
grant select on pg_largeobject to reader;
grant execute on function pg_read_file(text), pg_ls_waldir() to reader;
