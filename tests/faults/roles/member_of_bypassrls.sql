-- title: the API's role is a member of a role with BYPASSRLS
-- finds: role_bypass | rowlock_api → api_lord | has BYPASSRLS
-- finds: role_membership | api_lord | gives the API's role rights that no policy file names
-- pgrls: SEC016 api_lord
-- pgrls: SEC029 rowlock_api
-- pgrls: SEC029 developer
-- mutant: BYPASSRLS
-- caught_by: drift, role_bypass, role_membership

-- The role developer, of developer.sql, can become rowlock_api, and through it api_lord.
create role api_lord bypassrls;
grant api_lord to rowlock_api;
