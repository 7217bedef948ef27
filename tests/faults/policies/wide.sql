-- title: a policy that is true for every row
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: SEC005 {table}.{select}
-- pgrls: SEC008 {table}.{select}
-- pgrls: SEC038 {table}.{select}
-- pgrls: SEC049 {table}
-- pgrls: anon {table}
-- pgrls: cross-tenant {table}
-- mutant: using (true)
-- caught_by: drift, matrix, tables_policies

alter policy {select} on {table} using (true);
