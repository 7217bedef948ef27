-- title: TRIGGER, which no policy limits, for another role
-- finds: policyless_privileges | {table} | TRIGGER is granted to with_trigger: no policy applies to it
-- no_pgrls: privileges

create role with_trigger;
grant trigger on {table} to with_trigger;
