-- title: everyone may read a table
-- finds: privileges | {table} | select for everyone is granted
-- no_pgrls: privileges
-- mutant: a column grant
-- caught_by: drift, privileges

grant select on {table} to public;
