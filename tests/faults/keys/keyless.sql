-- title: no primary key
-- finds: tables_keys | {table} | has no primary key
-- variant_of: unindexed

alter table {table} drop constraint {name}_pkey;
create index on {table} (user_id);
