-- title: user ids compared in lower case with a constant
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: PERF004 {table}.{select}
-- pgrls: anon {table}
-- pgrls: cross-tenant {table}

alter policy {select} on {table} using (lower(user_id) = 'alice');
