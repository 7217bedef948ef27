-- title: the API's role may insert user_id
-- finds: privileges | {table} | insert of user_id is granted
-- finds: privileges | {table} | update of user_id is granted
-- no_pgrls: privileges

grant insert (user_id), update (user_id) on {table} to rowlock_api;
