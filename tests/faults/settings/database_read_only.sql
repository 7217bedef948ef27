-- title: read-only transactions in another spelling, stored for the database
-- finds: settings | setting default_transaction_read_only = 'true' | is set for the database; the API needs off
-- finds: stored_settings | setting default_transaction_read_only=true | is stored for every role: every write fails
-- variant_of: read_only

do $$ begin execute format($s$alter database %I
    set default_transaction_read_only = true$s$, current_database()); end $$;
