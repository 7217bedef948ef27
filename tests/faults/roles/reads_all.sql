-- title: the API's role can read all data
-- finds: role_membership | pg_read_all_data | gives access to every table without a grant; it does not bypass row-level security
-- also: outside
-- no_pgrls: membership of roles
-- mutant: a role with more rights
-- caught_by: drift, outside, role_membership

grant pg_read_all_data to rowlock_api;
