-- title: a large object that everyone may read
-- finds: large_objects | large object 400001 | SELECT is granted to public
-- no_pgrls: large objects

select lo_create(400001);
grant select on large object 400001 to public;
