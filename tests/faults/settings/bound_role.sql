-- title: a user id stored with the API's role
-- variant_of: bound
-- mutant: a session-wide setting
-- caught_by: drift, sequence, settings, unbound

alter role rowlock_api in database {database} set app.user_id = {user};
