-- title: a primary key in which user_id comes last
-- finds: tables_keys | {table} | has no index that leads with user_id: every query reads the whole table
-- finds: tables_keys | {table}_pkey | is a unique key of {table} that does not lead with user_id: a violation shows a user another's row
-- variant_of: unindexed

alter table {table} drop constraint {name}_pkey, add primary key (id, user_id);
