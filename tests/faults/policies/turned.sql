-- title: a policy with a negated condition
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: anon {table}
-- pgrls: cross-tenant {table}

alter policy {select} on {table} using ((user_id = app.current_user_id()) is not true);
