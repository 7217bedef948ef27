-- title: a setting of the API's role that was reset
-- finds: drift | roles.sql | the catalogue no longer says what this file left behind
-- advice: drift
-- variant_of: read_only

alter role rowlock_api reset statement_timeout;
