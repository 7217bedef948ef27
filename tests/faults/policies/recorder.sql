-- title: a second permissive policy, for a role of the trail
-- finds: tables_policies | more on {table} | is not for rowlock_api alone
-- finds: tables_policies | {table} | grants select, but has 2 policies for it
-- advice: tables_policies
-- variant_of: widened

create policy more on {table} for select to rowlock_recorder using (true);
