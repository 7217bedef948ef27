-- title: read-only transactions, stored for the database
-- finds: stored_settings | setting default_transaction_read_only=on | is stored for every role: every write fails
-- finds: settings | setting default_transaction_read_only = 'on' | is set for the database; the API needs off
-- no_pgrls: stored settings

do $$ begin execute format('alter database %I
    set default_transaction_read_only = on', current_database()); end $$;
