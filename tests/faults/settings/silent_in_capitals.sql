-- title: settings stored in other spellings
-- finds: stored_settings | setting row_security=False | is stored for reader: queries that policies would filter fail
-- finds: stored_settings | setting session_replication_role=REPLICA | is stored for every role: triggers do not fire
-- finds: settings | setting session_replication_role = 'REPLICA' | is set for all roles; the API needs origin
-- variant_of: silent

alter role all set session_replication_role = 'REPLICA';
create role reader;
alter role reader set row_security = 'False';
