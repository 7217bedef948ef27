-- title: INSERT without WITH CHECK
-- finds: tables_policies | {insert} on {table} | lacks an explicit USING or WITH CHECK expression
-- advice: tables_policies
-- variant_of: unchecked
-- mutant: drop WITH CHECK's condition
-- caught_by: drift, matrix, tables_policies

drop policy {insert} on {table};
create policy {insert} on {table} for insert to rowlock_api;
