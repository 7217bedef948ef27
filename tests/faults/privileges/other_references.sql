-- title: REFERENCES, which no policy limits, for another role
-- finds: policyless_privileges | {table} | REFERENCES is granted to reader: no policy applies to it
-- variant_of: other_truncate

create role reader;
grant references on {table} to reader;
