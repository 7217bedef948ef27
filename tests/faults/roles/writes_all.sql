-- title: the API's role can write all data
-- finds: role_membership | pg_write_all_data | gives access to every table without a grant; it does not bypass row-level security
-- also: outside, privileges, tables_policies
-- variant_of: reads_all

grant pg_write_all_data to rowlock_api;
