-- title: REFERENCES, which no policy limits, for the API's role
-- finds: privileges | {table} | references is granted
-- finds: privileges | {table} | references of user_id is granted
-- no_pgrls: privileges

grant references on {table} to rowlock_api;
