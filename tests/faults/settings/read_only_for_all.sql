-- title: read-only transactions, stored for every role
-- finds: settings | setting default_transaction_read_only = 'on' | is set for all roles; the API needs off
-- finds: stored_settings | setting default_transaction_read_only=on | is stored for every role: every write fails
-- variant_of: read_only

alter role all set default_transaction_read_only = on;
