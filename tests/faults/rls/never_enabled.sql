-- title: row-level security is not enabled
-- finds: tables_rls | {table} | row-level security is disabled
-- pgrls: SEC032 {table}
-- pgrls: SEC049 {table}
-- mutant: disable RLS
-- caught_by: drift, matrix, tables_rls

alter table {table} disable row level security;
