-- title: the grant of a function is missing
-- each: {function} {file} = current_user_id identity.sql | new_id columns.sql
-- finds: drift | {file} | the catalogue differs from what this file installed
-- advice: drift
-- apart: it locks users out, and shows no row to another
-- mutant: a missing grant
-- caught_by: drift, matrix

revoke execute on function app.{function}() from rowlock_api;
