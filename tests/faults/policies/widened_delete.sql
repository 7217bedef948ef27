-- title: a second permissive policy for DELETE
-- finds: tables_policies | more on {table} | is not limited to user_id = app.current_user_id()
-- finds: tables_policies | {table} | grants delete, but has 2 policies for it
-- advice: tables_policies
-- variant_of: widened

create policy more on {table} for delete to rowlock_api using (true);
