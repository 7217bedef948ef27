-- title: a user id stored with the database
-- variant_of: bound
-- mutant: a session-wide setting
-- caught_by: sequence, unbound

alter database {database} set app.user_id = {user};
