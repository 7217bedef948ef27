-- title: a policy that depends on rows which users write
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- pgrls: anon {table}
-- pgrls: cross-tenant {table}

alter policy {select} on {table} using (exists (select from app.tasks as t
    where t.title = body));
