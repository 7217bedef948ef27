-- title: the API's role is an indirect member of a superuser
-- finds: role_bypass | rowlock_api → near → far | is a superuser
-- finds: role_membership | near | gives the API's role rights that no policy file names
-- variant_of: member_of_bypassrls

create role far superuser;
create role near;
grant far to near;
grant near to rowlock_api;
