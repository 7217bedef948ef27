-- title: the API's role may create databases
-- finds: role_attributes | rowlock_api | has CREATEDB
-- variant_of: createrole
-- mutant: a role with more rights
-- caught_by: drift, role_attributes

alter role rowlock_api createdb;
