-- title: the API's role has BYPASSRLS
-- finds: role_bypass | rowlock_api | has BYPASSRLS
-- variant_of: member_of_bypassrls
-- mutant: BYPASSRLS
-- caught_by: drift, matrix, role_bypass

alter role rowlock_api bypassrls;
