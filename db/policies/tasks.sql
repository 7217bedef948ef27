-- tasks: a user reads and writes only their own tasks.
-- Identity comes from app.current_user_id(), bound per transaction by api/database/identity.py.

alter table app.tasks enable row level security;
alter table app.tasks force row level security;

create policy tasks_select_own on app.tasks
    for select to rowlock_api
    using (user_id = app.current_user_id());

create policy tasks_insert_own on app.tasks
    for insert to rowlock_api
    with check (user_id = app.current_user_id());

create policy tasks_update_own on app.tasks
    for update to rowlock_api
    using (user_id = app.current_user_id())
    with check (user_id = app.current_user_id());

create policy tasks_delete_own on app.tasks
    for delete to rowlock_api
    using (user_id = app.current_user_id());

grant select (
    user_id, id, title, description, completed, completed_at, created_at, updated_at, version,
    title_key
) on app.tasks to rowlock_api;

-- NOTE: user_id is in no column list below. It defaults to the caller and never moves.
-- NOTE: completed_at, updated_at and version are in none either. Triggers write them.
grant insert (id, title, description) on app.tasks to rowlock_api;
grant update (title, description, completed) on app.tasks to rowlock_api;
grant delete on app.tasks to rowlock_api;

create or replace function app.set_completed_at() returns trigger
language plpgsql
as $$
begin
    new.completed_at := case when new.completed then coalesce(old.completed_at, now()) end;
    return new;
end
$$;
select
    rowlock.reclaim('function', oid::regprocedure::text, proowner),
    rowlock.revoke_all(
        format('function %s', oid::regprocedure),
        coalesce(proacl, acldefault('f', proowner)),
        proowner
    )
from pg_proc
where oid = to_regprocedure('app.set_completed_at()');
comment on function app.set_completed_at() is 'The trigger that writes completed_at.';

create trigger tasks_completed_at before update of completed, completed_at on app.tasks
for each row execute function app.set_completed_at();

create trigger tasks_touch before update on app.tasks
for each row execute function app.touch();

-- title_key is computed from the title.
select trail.attach('app.tasks', leave_out => array['title_key']);

-- NOTE: no TRUNCATE, REFERENCES or TRIGGER. Postgres checks no policy for any of the three.
