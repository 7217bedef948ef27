-- title: a user_id that defaults to another user
-- finds: tables_user_id | {table} | user_id does not default to the caller
-- variant_of: default_less

alter table {table} alter user_id set default 'alice';
