-- title: a login role that reads all data
-- finds: reachable_roles | analyst | can act as pg_read_all_data, which needs no grant on any table, though policies apply to it
-- no_pgrls: membership of roles

create role analyst login;
grant pg_read_all_data to analyst;
