-- title: a login role that can lock every table, through pg_maintain
-- since: 17
-- finds: reachable_roles | in_pg_maintain | can act as pg_maintain, which locks and rewrites every table
-- no_pgrls: membership of roles

create role in_pg_maintain login;
grant pg_maintain to in_pg_maintain;
