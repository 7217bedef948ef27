-- title: the API's role is a member of a role that no file names
-- finds: role_membership | near | gives the API's role rights that no policy file names
-- variant_of: reads_all

create role far;
create role near;
grant far to near;
grant near to rowlock_api;
