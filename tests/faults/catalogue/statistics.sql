-- title: samples of every user's rows, in the catalogue's statistics
-- finds: catalogue_privileges | pg_statistic | SELECT is granted to public
-- no_pgrls: grants in the server's catalogue

grant select on pg_statistic to public;
