-- title: a login role that can become a role with REPLICATION
-- finds: reachable_roles | follower | can act as streamer, which has REPLICATION and may copy every row
-- no_pgrls: membership of roles

create role streamer replication;
create role follower login noinherit;
grant streamer to follower;
