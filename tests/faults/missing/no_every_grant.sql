-- title: all grants of a table are missing
-- finds: tables_policies | {delete} on {table} | is for delete, which is not granted: a request that needs it fails
-- finds: tables_policies | {insert} on {table} | is for insert, which is not granted: a request that needs it fails
-- finds: tables_policies | {select} on {table} | is for select, which is not granted: a request that needs it fails
-- finds: tables_policies | {update} on {table} | is for update, which is not granted: a request that needs it fails
-- advice: tables_policies
-- apart: it locks users out, and shows no row to another
-- mutant: a missing grant
-- caught_by: drift, matrix, tables_policies

revoke all on {table} from rowlock_api;
