-- title: no primary key, and only a partial index
-- finds: tables_keys | {table} | has no index that leads with user_id: every query reads the whole table
-- finds: tables_keys | {table} | has no primary key
-- variant_of: unindexed

alter table {table} drop constraint {name}_pkey;
create index on {table} (user_id) where id is not null;
