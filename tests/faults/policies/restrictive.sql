-- title: only a restrictive policy, which permits nothing
-- finds: tables_policies | {table} | grants select, but has 0 policies for it
-- advice: tables_policies
-- no_pgrls: no row is visible

drop policy {select} on {table};
create policy {select} on {table} as restrictive for select to rowlock_api
    using (user_id = app.current_user_id());
