-- title: a login role that can read other users' statements, through pg_monitor
-- finds: reachable_roles | in_pg_monitor | can act as pg_monitor, which reads the statements of other sessions, which contain users' data
-- no_pgrls: membership of roles

create role in_pg_monitor login;
grant pg_monitor to in_pg_monitor;
