-- title: triggers that a stored setting silences
-- finds: stored_settings | setting session_replication_role=replica | is stored for silent: triggers do not fire
-- no_pgrls: stored settings

create role silent;
alter role silent set session_replication_role = replica;
