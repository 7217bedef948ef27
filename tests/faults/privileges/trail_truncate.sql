-- title: TRUNCATE of the trail
-- finds: policyless_privileges | trail.heads | TRUNCATE is granted to emptier: no policy applies to it
-- no_pgrls: privileges

create role emptier;
grant truncate on trail.heads to emptier;
