-- title: row_security = off, stored for another role
-- finds: stored_settings | setting row_security=off | is stored for reader: queries that policies would filter fail
-- variant_of: row_security_off

create role reader;
alter role reader set row_security = off;
