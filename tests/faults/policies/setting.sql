-- title: a policy that reads the session's setting directly
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: PERF001 {table}.{select}

alter policy {select} on {table} using (user_id = current_setting('app.user_id', true));
