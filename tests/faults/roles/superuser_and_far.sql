-- title: the API's role is a superuser, and a member of a role with BYPASSRLS
-- finds: role_bypass | rowlock_api | is a superuser
-- finds: role_bypass | rowlock_api → near → far | has BYPASSRLS
-- finds: role_membership | near | gives the API's role rights that no policy file names
-- also: definer_rights, outside, privileges, tables_policies
-- variant_of: member_of_bypassrls

create role far bypassrls;
create role near;
grant far to near;
grant near to rowlock_api;
alter role rowlock_api superuser bypassrls;
