-- title: a catalogue function that reads the server's files
-- finds: catalogue_privileges | pg_read_file(text) | EXECUTE is granted to rowlock_api
-- no_pgrls: grants in the server's catalogue

grant execute on function pg_read_file(text) to rowlock_api;
