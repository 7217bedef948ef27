-- title: a disabled trigger
-- finds: tables_rules | kept on {table} | is a trigger that does not fire
-- no_pgrls: rules and disabled triggers

create trigger kept before update on {table} for each row execute
    function suppress_redundant_updates_trigger();
alter table {table} disable trigger kept;
