-- title: a rule on a table
-- finds: tables_rules | kept on {table} | is a rule: it can turn a user's command into one to which policies do not apply
-- no_pgrls: rules and disabled triggers
-- mutant: around the policies
-- caught_by: drift, matrix, tables_rules
-- needs: delete

create rule kept as on delete to {table} do instead nothing;
