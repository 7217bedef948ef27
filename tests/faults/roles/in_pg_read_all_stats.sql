-- title: a login role that can read other users' statements, through pg_read_all_stats
-- finds: reachable_roles | in_pg_read_all_stats | can act as pg_read_all_stats, which reads the statements of other sessions, which contain users' data
-- no_pgrls: membership of roles

create role in_pg_read_all_stats login;
grant pg_read_all_stats to in_pg_read_all_stats;
