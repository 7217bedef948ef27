-- title: the grant of a function is missing
-- each: {function} = current_user_id | new_id
-- finds: drift | identity.sql | the catalogue no longer says what this file left behind
-- advice: drift
-- apart: it locks users out, and shows no row to another
-- mutant: a missing grant
-- caught_by: drift, matrix

revoke execute on function app.{function}() from rowlock_api;
