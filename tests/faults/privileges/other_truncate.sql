-- title: TRUNCATE, which no policy limits, for another role
-- finds: policyless_privileges | {table} | TRUNCATE is granted to with_truncate: no policy applies to it
-- no_pgrls: privileges

create role with_truncate;
grant truncate on {table} to with_truncate;
