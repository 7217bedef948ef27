-- title: a second permissive policy for a role of the trail and the API's role
-- finds: tables_policies | app.events | grants select, but has 2 policies for it
-- finds: tables_policies | more on app.events | is not for rowlock_api alone
-- advice: tables_policies
-- variant_of: widened

create policy more on app.events for select to rowlock_recorder, rowlock_api using (true);
