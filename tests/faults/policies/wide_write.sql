-- title: a policy for INSERT, UPDATE or DELETE that is true for every row
-- each: {command} = update | delete
-- finds: tables_policies | {{command}} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- variant_of: wide
-- mutant: using (true)
-- caught_by: drift, matrix, tables_policies

alter policy {{command}} on {table} using (true);
