-- title: any row may be inserted
-- finds: tables_policies | {insert} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: SEC005 {table}.{insert}
-- pgrls: SEC028 {table}.{insert}
-- pgrls: write {table}
-- mutant: drop WITH CHECK's condition
-- caught_by: drift, matrix, tables_policies

alter policy {insert} on {table} with check (true);
