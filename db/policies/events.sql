-- events: what happened to users' rows. A user reads only their own, and no role changes them.
-- Identity comes from app.current_user_id(), bound per transaction by api/database/identity.py.
-- db/trail has the functions that write, verify and drop events.

alter table app.events enable row level security;
alter table app.events force row level security;

create policy events_select_own on app.events
    for select to rowlock_api
    using (user_id = app.current_user_id());

-- trail.record() writes for the bound user. No user is bound where a role that bypasses row-level
-- security changes rows, and where trail.verify() reads.
create policy events_insert_recorder on app.events
    for insert to rowlock_recorder
    with check (user_id = app.current_user_id() or app.current_user_id() is null);

create policy events_select_recorder on app.events
    for select to rowlock_recorder
    using (user_id = app.current_user_id() or app.current_user_id() is null);

-- trail.retain() runs without a bound user. The first part of the conditions is for the proof: it
-- covers these policies too, and proves that a bound user reaches no other user's rows.
create policy events_select_retention on app.events
    for select to rowlock_retention
    using (user_id = app.current_user_id() or app.current_user_id() is null);

create policy events_delete_retention on app.events
    for delete to rowlock_retention
    using (
        (user_id = app.current_user_id() or app.current_user_id() is null)
        and occurred_at < date_trunc('month', now(), 'UTC')
    );

-- NOTE: users may not read session_role: it is the name of a role of the database.
grant select (
    user_id, position, occurred_at, action, table_name, row_id, changes, request_id, previous_hash,
    hash
) on app.events to rowlock_api;

-- NOTE: no insert, update or delete for rowlock_api. Triggers record what a user does to rows.
grant select, insert on app.events to rowlock_recorder;
grant select (user_id, position, occurred_at, hash, tableoid) on app.events to rowlock_retention;
grant delete on app.events to rowlock_retention;

-- This trigger also stops roles to which no policy applies. Each partition has its own trigger for
-- TRUNCATE (db/trail/partitions.sql).
create trigger events_kept before update or delete on app.events
for each row when (current_user <> 'rowlock_retention') execute function trail.refuse();

create trigger events_not_emptied before truncate on app.events
for each statement execute function trail.refuse();
