-- title: OR after AND in a policy
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- variant_of: either

alter policy {select} on {table} using ((user_id = app.current_user_id() and body > '') or body
    is null);
