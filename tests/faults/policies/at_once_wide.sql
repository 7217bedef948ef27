-- title: a policy for all commands at once that is true for every row
-- finds: tables_policies | more on {table} | is for all commands at once
-- advice: tables_policies
-- variant_of: at_once
-- mutant: another policy
-- caught_by: drift, matrix, tables_policies

create policy more on {table} to rowlock_api using (true) with check (true);
