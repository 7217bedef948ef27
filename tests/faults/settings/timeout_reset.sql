-- title: a setting of the API's role that was reset
-- finds: drift | roles.sql | the catalogue differs from what this file installed
-- advice: drift
-- variant_of: read_only

alter role rowlock_api reset statement_timeout;
