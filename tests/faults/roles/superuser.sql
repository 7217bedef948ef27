-- title: the API's role is a superuser
-- finds: role_bypass | rowlock_api | is a superuser
-- also: definer_rights, outside, privileges, tables_policies
-- variant_of: member_of_bypassrls

alter role rowlock_api superuser;
