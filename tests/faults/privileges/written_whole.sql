-- title: every column may be inserted
-- finds: privileges | {table} | insert of user_id is granted
-- variant_of: written
-- mutant: a column grant
-- caught_by: drift, matrix, privileges
-- needs: insert

grant insert on {table} to rowlock_api;
