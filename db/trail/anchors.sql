-- anchors: the last event of each user that retention dropped. The user's chain continues after it.
-- trail.retain() writes it, as rowlock_retention; trail.verify() reads it, as rowlock_recorder.

alter table trail.anchors enable row level security;
alter table trail.anchors force row level security;

create policy anchors_select_recorder on trail.anchors
    for select to rowlock_recorder
    using (user_id = app.current_user_id() or app.current_user_id() is null);

create policy anchors_select_retention on trail.anchors
    for select to rowlock_retention
    using (app.current_user_id() is null);

-- The current month cannot be dropped, so no anchor is from it.
create policy anchors_insert_retention on trail.anchors
    for insert to rowlock_retention
    with check (
        app.current_user_id() is null and occurred_at < date_trunc('month', now(), 'UTC')
    );

create policy anchors_update_retention on trail.anchors
    for update to rowlock_retention
    using (app.current_user_id() is null)
    with check (
        app.current_user_id() is null and occurred_at < date_trunc('month', now(), 'UTC')
    );

grant select on trail.anchors to rowlock_recorder;
grant select, insert, update on trail.anchors to rowlock_retention;

-- This trigger also stops roles to which no policy applies.
create trigger anchors_kept before update or delete on trail.anchors
for each row when (current_user <> 'rowlock_retention') execute function trail.refuse();

create trigger anchors_not_emptied before truncate on trail.anchors
for each statement execute function trail.refuse();
