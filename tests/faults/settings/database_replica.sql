-- title: a setting that disables triggers, stored for the database
-- finds: settings | setting session_replication_role = 'replica' | is set for the database; the API needs origin
-- finds: stored_settings | setting session_replication_role=replica | is stored for every role: triggers do not fire
-- variant_of: silent

do $$ begin execute format($s$alter database %I
    set session_replication_role = replica$s$, current_database()); end $$;
