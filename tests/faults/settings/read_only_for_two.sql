-- title: read-only transactions, stored for a role and for every role
-- finds: stored_settings | setting default_transaction_read_only=True | is stored for every role: every write fails
-- finds: settings | setting default_transaction_read_only = 'True' | is set for all roles; the API needs off
-- variant_of: read_only

create role reader;
alter role reader set default_transaction_read_only = on;
alter role all set default_transaction_read_only = 'True';
