-- title: a collation in which two user ids are equal
-- finds: user_id_collation | {table} | user_id has the collation public.alike, under which different ids can be equal
-- no_pgrls: collations

-- An ICU collation of level 2 does the same, but not every build of Postgres has ICU.
create collation public.alike (locale = 'C');
update pg_collation set collisdeterministic = false where collname = 'alike';
update pg_attribute set attcollation = (select oid from pg_collation where collname = 'alike')
    where attrelid = '{table}'::regclass and attname = 'user_id';
