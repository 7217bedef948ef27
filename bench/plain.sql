-- The same rows in a table without RLS, as the hand-filtered contender has none.
-- All else is the same.

create schema plain;
create table plain.tasks (like app.tasks including all);
insert into plain.tasks (
    user_id, id, title, description, completed, completed_at, created_at, updated_at, version
)
select user_id, id, title, description, completed, completed_at, created_at, updated_at, version
from app.tasks
order by created_at;
create trigger tasks_completed_at before update of completed, completed_at on plain.tasks
for each row execute function app.set_completed_at();
create trigger tasks_touch before update on plain.tasks
for each row execute function app.touch();

-- NOTE: nothing of schema app is granted. Rowlock would not start on a schema that was touched.
create role plain_api login;
grant usage on schema plain to plain_api;
grant select, insert, update, delete on plain.tasks to plain_api;
