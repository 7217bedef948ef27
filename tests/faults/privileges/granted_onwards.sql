-- title: TRUNCATE that a role granted with its grant option
-- finds: policyless_privileges | app.tasks | TRUNCATE is granted to lord: no policy applies to it
-- finds: policyless_privileges | app.tasks | TRUNCATE is granted to reader: no policy applies to it
-- variant_of: other_truncate

create role reader;
create role lord;
grant usage on schema app to lord;
grant truncate on app.tasks to lord with grant option;
set local role lord;
grant truncate on app.tasks to reader;
reset role;
