-- title: a user_id that may be empty in existing rows
-- finds: tables_user_id | {table} | user_id may be empty
-- variant_of: nameless

alter table {table} drop constraint {user_id_check}, add check (user_id <> '') not valid;
