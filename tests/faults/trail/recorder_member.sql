-- title: a login role that can write to the trail
-- finds: foreign_code | trail.record() | is used for users' rows, and belongs to rowlock_recorder, who can change it
-- finds: trail_roles | forger | is a member of rowlock_recorder, which writes the trail of every user
-- no_pgrls: membership of roles

create role forger;
grant rowlock_recorder to forger;
