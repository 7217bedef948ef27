-- title: OR instead of AND in a policy
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: PERF003 {table}.{select}
-- pgrls: anon {table}
-- pgrls: cross-tenant {table}

alter policy {select} on {table} using (user_id = app.current_user_id() or body is null);
