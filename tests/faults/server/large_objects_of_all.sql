-- title: large objects with grants, with another owner, and without a fault
-- finds: large_objects | large object 400003 | SELECT is granted to public
-- finds: large_objects | large object 400003 | UPDATE is granted to public
-- finds: large_objects | large object 400004 | belongs to rowlock_api: each user reads what another wrote
-- variant_of: large_object

create role reader;
select lo_create(400003), lo_create(400004), lo_create(400005);
grant select, update on large object 400003 to public;
alter large object 400004 owner to rowlock_api;
grant select on large object 400005 to reader;
