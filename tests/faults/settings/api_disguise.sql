-- title: a stored role setting for the API's role
-- finds: stored_settings | setting role=disguise | is stored for rowlock_api: every connection starts as another role
-- finds: settings | setting role = 'disguise' | is set for the role; the API needs none
-- advice: settings
-- no_pgrls: stored settings

create role disguise;
alter role rowlock_api set role = disguise;
