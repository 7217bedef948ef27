-- title: a foreign key to another table reveals another user's row
-- finds: tables_keys | app.one_id | is a unique key of app.tasks that does not lead with user_id: a violation shows a user another's row
-- finds: tables_keys | task on {table} | is a foreign key that does not lead with user_id: it shows a user another's row
-- finds: tables_rules | tasks_completed_at on app.tasks | is a trigger that does not fire
-- finds: tables_rules | tasks_record on app.tasks | is a trigger that does not fire
-- finds: tables_rules | tasks_touch on app.tasks | is a trigger that does not fire
-- variant_of: referring

create unique index one_id on app.tasks (id);
alter table {table} add constraint task foreign key (id) references app.tasks (id);
alter table app.tasks disable trigger user;
