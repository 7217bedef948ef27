-- title: a policy for PUBLIC
-- finds: tables_policies | {select} on {table} | is not for rowlock_api alone
-- advice: tables_policies
-- pgrls: SEC003 {table}.{select}
-- mutant: a policy for everyone
-- caught_by: drift, tables_policies

alter policy {select} on {table} to public;
