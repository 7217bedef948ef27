-- title: a unique index of an expression reveals another user's row
-- finds: tables_keys | app.one_body | is a unique key of {table} that does not lead with user_id: a violation shows a user another's row
-- variant_of: unique_to_all

create unique index one_body on {table} (lower(body));
