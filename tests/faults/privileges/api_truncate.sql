-- title: TRUNCATE, which no policy limits, for the API's role
-- finds: privileges | {table} | truncate is granted
-- no_pgrls: privileges
-- mutant: grant TRUNCATE
-- caught_by: drift, matrix, privileges

grant truncate on {table} to rowlock_api;
