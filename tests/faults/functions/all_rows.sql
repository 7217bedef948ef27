-- title: a SECURITY DEFINER function
-- finds: definer_rights | app.count_rows() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- pgrls: SEC014 app.count_rows
-- pgrls: SEC042 app.count_rows
-- pgrls: escalation app.count_rows
-- mutant: around the policies
-- caught_by: definer_rights

create function app.count_rows() returns bigint language sql security definer
    set search_path = pg_catalog, pg_temp as 'select count(*) from {table}';
