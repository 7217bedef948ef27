-- title: the API's role owns the schema of the tables
-- finds: ownership | schema app | is owned by rowlock_api; an owner can switch row-level security off
-- finds: outside | schema app | lets rowlock_api create objects in it
-- variant_of: owned

alter schema app owner to rowlock_api;
