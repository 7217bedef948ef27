-- title: a large object that the API's role owns
-- finds: large_objects | large object 400002 | belongs to rowlock_api: each user reads what another wrote
-- no_pgrls: large objects

select lo_create(400002);
alter large object 400002 owner to rowlock_api;
