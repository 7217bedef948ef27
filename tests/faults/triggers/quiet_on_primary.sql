-- title: a trigger that fires only on a replica
-- finds: tables_rules | tasks_touch on app.tasks | is a trigger that does not fire
-- variant_of: quiet

alter table app.tasks enable replica trigger tasks_touch;
