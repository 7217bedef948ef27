-- title: MAINTAIN, which no policy limits, for the API's role
-- since: 17
-- finds: privileges | {table} | maintain is granted
-- no_pgrls: privileges

grant maintain on {table} to rowlock_api;
