-- title: a SECURITY DEFINER function in schema pg_catalog
-- finds: definer_rights | count_named() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- no_pgrls: functions in Postgres's own schema

create function pg_temp.count_named() returns bigint language sql security definer
    set search_path = pg_catalog as 'select count(*) from app.tasks';
set local allow_system_table_mods = on;
update pg_proc set pronamespace = 'pg_catalog'::regnamespace where proname = 'count_named';
