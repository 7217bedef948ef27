-- title: a user id stored in a setting in capitals
-- also: stored_settings
-- no_pgrls: stored settings

-- The server stores the name in capitals, or in an earlier spelling of the session.
create role loud;
alter role loud set "APP.USER_ID" = 'alice';
