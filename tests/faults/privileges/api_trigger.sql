-- title: TRIGGER, which no policy limits, for the API's role
-- finds: privileges | {table} | trigger is granted
-- variant_of: api_truncate

grant trigger on {table} to rowlock_api;
