-- title: a parameter that disables triggers, granted to a role
-- since: 15
-- finds: parameter_grants | session_replication_role | SET is granted to rowlock_api
-- no_pgrls: grants of parameters

grant set on parameter session_replication_role to rowlock_api;
