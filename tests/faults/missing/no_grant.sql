-- title: a grant of a command is missing
-- each: {command} = select | insert | update | delete
-- finds: tables_policies | {{command}} on {table} | is for {command}, which is not granted: a request that needs it fails
-- advice: tables_policies
-- apart: it locks users out, and shows no row to another
-- mutant: a missing grant
-- caught_by: drift, matrix, tables_policies
-- needs: {command}

revoke {command} on {table} from rowlock_api;
