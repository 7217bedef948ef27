-- title: a setting that disables triggers, stored for every role
-- finds: stored_settings | setting session_replication_role=replica | is stored for every role: triggers do not fire
-- finds: settings | setting session_replication_role = 'replica' | is set for all roles; the API needs origin
-- variant_of: silent

alter role all set session_replication_role = replica;
