-- title: everyone may create objects in a schema
-- finds: outside | schema public | lets rowlock_api create objects in it
-- no_pgrls: who may create objects in a schema

grant create on schema public to public;
