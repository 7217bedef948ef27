-- title: read-only transactions, stored for the API's role
-- each: {value} = on | true
-- finds: settings | setting default_transaction_read_only = '{value}' | is set for the role; the API needs off
-- finds: stored_settings | setting default_transaction_read_only={value} | is stored for rowlock_api: every write fails
-- advice: settings
-- variant_of: read_only

alter role rowlock_api set default_transaction_read_only = {value};
