-- title: row_security = off, stored for the API's role
-- finds: settings | setting row_security = 'off' | is set for the role; the API needs on
-- finds: stored_settings | setting row_security=off | is stored for rowlock_api: queries that policies would filter fail
-- advice: settings
-- variant_of: row_security_off

alter role rowlock_api set row_security = off;
