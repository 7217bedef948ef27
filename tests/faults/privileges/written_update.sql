-- title: the API's role may update user_id
-- finds: privileges | {table} | update of user_id is granted
-- variant_of: written
-- mutant: a column grant
-- caught_by: drift, matrix, privileges
-- needs: update

grant update (user_id) on {table} to rowlock_api;
