-- title: row-level security is not forced on the owner
-- finds: tables_rls | {table} | row-level security is not forced: the owner sees every row
-- pgrls: SEC002 {table}
-- mutant: NO FORCE
-- caught_by: drift, tables_rls

-- This concerns only the owner. It changes nothing for rowlock_api.
alter table {table} no force row level security;
