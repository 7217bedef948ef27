-- title: an identity stored in capitals
-- also: stored_settings
-- no_pgrls: stored settings

-- The server stores the name in capitals, or as this session has spelled it before.
create role loud;
alter role loud set "APP.USER_ID" = 'alice';
