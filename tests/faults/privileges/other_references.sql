-- title: REFERENCES, which no policy limits, for another role
-- finds: policyless_privileges | {table} | REFERENCES is granted to reader, and asks no policy
-- variant_of: other_truncate

create role reader;
grant references on {table} to reader;
