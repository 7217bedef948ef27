-- title: a second permissive policy of the trail's, for two roles
-- finds: tables_policies | app.events | grants select, but has 2 policies for it
-- finds: tables_policies | more on app.events | is not for rowlock_api alone
-- advice: tables_policies
-- variant_of: widened

create policy more on app.events for select to rowlock_recorder, rowlock_api using (true);
