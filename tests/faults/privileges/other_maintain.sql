-- title: MAINTAIN, which no policy limits, for another role
-- since: 17
-- finds: policyless_privileges | {table} | MAINTAIN is granted to with_maintain: no policy applies to it
-- no_pgrls: privileges

create role with_maintain;
grant maintain on {table} to with_maintain;
