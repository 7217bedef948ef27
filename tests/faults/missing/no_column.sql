-- title: a grant of one column is missing
-- each: {command} = select | insert | update
-- apart: it locks users out, and shows no row to another
-- mutant: a missing grant
-- caught_by: drift, matrix

revoke {command} ({column}) on {table} from rowlock_api;
