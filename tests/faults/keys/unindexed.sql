-- title: no index that begins with user_id
-- finds: tables_keys | {table} | has no index that leads with user_id: every query reads the whole table
-- finds: tables_keys | {table}_pkey | is a unique key of {table} that does not lead with user_id: a violation shows a user another's row
-- pgrls: PERF003 {table}.{delete}
-- pgrls: PERF003 {table}.{insert}
-- pgrls: PERF003 {table}.{select}
-- pgrls: PERF003 {table}.{update}

alter table {table} drop constraint {name}_pkey, add primary key (id);
