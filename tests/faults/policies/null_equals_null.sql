-- title: a policy that is true if no user is set
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: anon {table}
-- pgrls: cross-tenant {table}

alter policy {select} on {table} using (user_id is not distinct from app.current_user_id());
