-- title: a login role that can drop months of the trail
-- finds: trail_roles | forgetful | is a member of rowlock_retention, which drops what the trail holds
-- no_pgrls: membership of roles

create role forgetful login noinherit;
grant rowlock_retention to forgetful;
