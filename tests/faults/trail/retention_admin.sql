-- title: a role that can make others members of rowlock_retention
-- finds: trail_roles | reader | is a member of rowlock_retention, which drops what the trail holds
-- variant_of: retention_member

create role reader;
create role lord;
grant reader to lord;
grant rowlock_retention to reader with admin option;
