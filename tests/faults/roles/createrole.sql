-- title: the API's role may create roles
-- finds: role_attributes | rowlock_api | has CREATEROLE
-- no_pgrls: attributes of roles

alter role rowlock_api createrole;
