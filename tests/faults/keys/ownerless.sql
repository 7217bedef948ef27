-- title: a user_id that may be null
-- finds: tables_user_id | {table} | user_id may be null
-- finds: tables_keys | {table} | has no primary key
-- pgrls: SEC030 {table}

alter table {table} drop constraint {name}_pkey, alter user_id drop not null;
create index on {table} (user_id);
