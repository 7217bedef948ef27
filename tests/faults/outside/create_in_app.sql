-- title: the API's role may create objects in schema app
-- finds: outside | schema app | lets rowlock_api create objects in it
-- variant_of: create_in_public

grant create on schema app to rowlock_api;
