-- title: TRUNCATE of the trail
-- finds: policyless_privileges | trail.heads | TRUNCATE is granted to emptier, and asks no policy
-- no_pgrls: privileges

create role emptier;
grant truncate on trail.heads to emptier;
