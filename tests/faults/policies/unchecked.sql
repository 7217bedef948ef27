-- title: UPDATE without WITH CHECK
-- finds: tables_policies | {update} on {table} | lacks an explicit USING or WITH CHECK expression
-- advice: tables_policies
-- no_pgrls: USING takes the place of a missing WITH CHECK
-- mutant: drop WITH CHECK's condition
-- caught_by: drift, tables_policies

-- Without WITH CHECK Postgres uses USING, so a weaker USING would also weaken the check.
drop policy {update} on {table};
create policy {update} on {table} for update to rowlock_api
    using (user_id = app.current_user_id());
