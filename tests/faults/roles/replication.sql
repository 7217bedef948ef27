-- title: the API's role may replicate
-- finds: role_attributes | rowlock_api | has REPLICATION
-- variant_of: createrole

alter role rowlock_api replication;
