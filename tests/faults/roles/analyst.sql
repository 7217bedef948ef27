-- title: a login role that reads all data
-- finds: reachable_roles | analyst | can act as pg_read_all_data, which undoes every grant, though no policy
-- no_pgrls: membership of roles

create role analyst login;
grant pg_read_all_data to analyst;
