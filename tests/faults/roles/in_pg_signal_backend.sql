-- title: a login role that can end other users' sessions, through pg_signal_backend
-- finds: reachable_roles | in_pg_signal_backend | can act as pg_signal_backend, which ends the sessions of others
-- no_pgrls: membership of roles

create role in_pg_signal_backend login;
grant pg_signal_backend to in_pg_signal_backend;
