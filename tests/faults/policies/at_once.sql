-- title: a policy for all commands at once
-- finds: tables_policies | more on {table} | is for all commands at once
-- advice: tables_policies
-- no_pgrls: no further row is visible

create policy more on {table} to rowlock_api using (user_id = app.current_user_id());
