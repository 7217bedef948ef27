-- title: the API's role is an indirect member of a role with BYPASSRLS
-- finds: role_bypass | rowlock_api → agent → landlord | has BYPASSRLS
-- finds: role_membership | agent | gives the API's role rights that no policy file names
-- variant_of: member_of_bypassrls
-- mutant: BYPASSRLS
-- caught_by: drift, role_bypass, role_membership

create role landlord bypassrls;
create role agent;
grant landlord to agent;
grant agent to rowlock_api;
