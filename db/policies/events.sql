-- events: what happened to users' rows. A user reads only their own, and nobody rewrites them.
-- Identity comes from app.current_user_id(), bound per transaction by api/database/identity.py.

-- Whoever drops a constraint can forge what it forbids. None of this reads a row where it holds.
alter table app.events
alter user_id set not null,
alter position set not null,
alter occurred_at set not null,
alter action set not null,
alter table_name set not null,
alter row_id set not null,
alter changes set not null,
alter session_role set not null,
alter previous_hash set not null,
alter hash set not null;

do $$
declare
    name text;
    condition text;
begin
    for name, condition in
        values
        ('events_user_id_check', $check$user_id <> ''$check$),
        ('events_position_check', 'position > 0'),
        ('events_action_check', $check$action in ('create', 'update', 'delete')$check$)
    loop
        if not exists (
            select from pg_constraint
            where conrelid = 'app.events'::regclass and conname = name and contype = 'c'
        ) then
            execute format('alter table app.events add constraint %I check (%s)', name, condition);
        end if;
    end loop;
end
$$;

alter table app.events enable row level security;
alter table app.events force row level security;

create policy events_select_own on app.events
    for select to rowlock_api
    using (user_id = app.current_user_id());

-- trail.record() writes for the user who is bound. Nobody is bound where a role that goes around
-- row-level security changes rows, and where trail.verify() reads.
create policy events_insert_recorder on app.events
    for insert to rowlock_recorder
    with check (user_id = app.current_user_id() or app.current_user_id() is null);

create policy events_select_recorder on app.events
    for select to rowlock_recorder
    using (user_id = app.current_user_id() or app.current_user_id() is null);

-- trail.retain() works for no user. That a user reaches no other's rows is proven of these too.
create policy events_select_retention on app.events
    for select to rowlock_retention
    using (user_id = app.current_user_id() or app.current_user_id() is null);

create policy events_delete_retention on app.events
    for delete to rowlock_retention
    using (
        (user_id = app.current_user_id() or app.current_user_id() is null)
        and occurred_at < date_trunc('month', now(), 'UTC')
    );

-- NOTE: session_role is not told to users: it is the name of a role of the database.
grant select (
    user_id, position, occurred_at, action, table_name, row_id, changes, request_id, previous_hash,
    hash
) on app.events to rowlock_api;

-- NOTE: no insert, update or delete. What a user does to rows is recorded by their triggers.
grant select, insert on app.events to rowlock_recorder;
grant select (user_id, position, occurred_at, hash, tableoid) on app.events to rowlock_retention;
grant delete on app.events to rowlock_retention;

-- For the roles that no policy holds for. Each partition has the second one for itself.
create trigger events_kept before update or delete on app.events
for each row when (current_user <> 'rowlock_retention') execute function trail.refuse();

create trigger events_not_emptied before truncate on app.events
for each statement execute function trail.refuse();
