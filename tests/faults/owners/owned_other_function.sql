-- title: the API's role owns a function
-- finds: ownership | function rowlock.one() | is owned by rowlock_api; an owner can switch row-level security off
-- variant_of: owned

create function rowlock.one() returns int language sql return 1;
alter function rowlock.one() owner to rowlock_api;
