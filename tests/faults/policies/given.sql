-- title: a row may be moved to another user
-- finds: tables_policies | {update} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: SEC020 {table}.{update}
-- pgrls: write {table}
-- mutant: drop WITH CHECK's condition
-- caught_by: drift, matrix, tables_policies

alter policy {update} on {table} with check (true);
