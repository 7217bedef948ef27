-- title: everyone may truncate a table
-- finds: privileges | {table} | truncate for everyone is granted
-- finds: privileges | {table} | truncate is granted
-- variant_of: public_read
-- mutant: grant TRUNCATE
-- caught_by: drift, matrix, privileges

grant truncate on {table} to public;
