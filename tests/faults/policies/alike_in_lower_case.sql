-- title: user ids that are compared in lower case
-- finds: tables_policies | {select} on {table} | is not limited to user_id = app.current_user_id()
-- advice: tables_policies
-- variant_of: alike

alter policy {select} on {table} using (lower(user_id) = lower(app.current_user_id()));
