-- title: a login role that is an indirect member of a predefined role
-- each: {inherit} = inherit | noinherit
-- each: {role} {reach} = pg_monitor reads the statements of other sessions, which contain users' data
-- each: {role} {reach} = pg_read_all_stats reads the statements of other sessions, which contain users' data
-- each: {role} {reach} = pg_signal_backend ends the sessions of others
-- each: {role} {reach} = pg_stat_scan_tables has rights over the whole server
-- finds: reachable_roles | dba | can act as {role}, which {reach}
-- variant_of: in_pg_monitor

create role desk;
grant {role} to desk;
create role dba login {inherit};
grant desk to dba;
