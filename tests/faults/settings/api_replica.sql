-- title: a setting that disables triggers, stored for the API's role
-- finds: settings | setting session_replication_role = 'replica' | is set for the role; the API needs origin
-- finds: stored_settings | setting session_replication_role=replica | is stored for rowlock_api: triggers do not fire
-- advice: settings
-- variant_of: silent

alter role rowlock_api set session_replication_role = replica;
