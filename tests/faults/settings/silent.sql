-- title: a setting that disables triggers, stored for another role
-- finds: stored_settings | setting session_replication_role=replica | is stored for silent: triggers do not fire
-- no_pgrls: stored settings

create role silent;
alter role silent set session_replication_role = replica;
