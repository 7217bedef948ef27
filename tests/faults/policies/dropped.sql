-- title: a policy is missing
-- each: {command} = select | insert | update | delete
-- finds: tables_policies | {table} | grants {command}, but has 0 policies for it
-- advice: tables_policies
-- variant_of: no_policies
-- mutant: drop a policy
-- caught_by: drift, matrix, tables_policies

drop policy {{command}} on {table};
