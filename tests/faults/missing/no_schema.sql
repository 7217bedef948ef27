-- title: the grant of the schema is missing
-- finds: drift | identity.sql | the catalogue differs from what this file installed
-- advice: drift
-- apart: it locks users out, and shows no row to another
-- mutant: a missing grant
-- caught_by: drift, matrix

revoke usage on schema app from rowlock_api;
