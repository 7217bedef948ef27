-- title: a second permissive policy widens the first
-- finds: tables_policies | more on {table} | is not limited to user_id = app.current_user_id()
-- finds: tables_policies | {table} | grants select, but has 2 policies for it
-- advice: tables_policies
-- pgrls: SEC005 {table}.more
-- pgrls: SEC008 {table}.more
-- pgrls: SEC038 {table}.more
-- pgrls: SEC049 {table}
-- pgrls: anon {table}
-- pgrls: cross-tenant {table}
-- mutant: another policy
-- caught_by: drift, matrix, tables_policies

create policy more on {table} for select to rowlock_api using (true);
