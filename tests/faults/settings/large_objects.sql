-- title: lo_compat_privileges = on, stored for every role
-- finds: stored_settings | setting lo_compat_privileges=on | is stored for every role: large objects need no privilege
-- no_pgrls: stored settings

alter role all set lo_compat_privileges = on;
