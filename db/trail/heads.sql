-- heads: the last event of each user. trail.append() writes it, as rowlock_recorder.
--
-- No user is bound where a role that bypasses row-level security changes rows, and where
-- trail.verify() reads.

alter table trail.heads enable row level security;
alter table trail.heads force row level security;

create policy heads_select_recorder on trail.heads
    for select to rowlock_recorder
    using (user_id = app.current_user_id() or app.current_user_id() is null);

create policy heads_insert_recorder on trail.heads
    for insert to rowlock_recorder
    with check (user_id = app.current_user_id() or app.current_user_id() is null);

create policy heads_update_recorder on trail.heads
    for update to rowlock_recorder
    using (user_id = app.current_user_id() or app.current_user_id() is null)
    with check (user_id = app.current_user_id() or app.current_user_id() is null);

grant select, insert, update on trail.heads to rowlock_recorder;

-- This trigger also stops roles to which no policy applies.
create trigger heads_kept before update or delete on trail.heads
for each row when (current_user <> 'rowlock_recorder') execute function trail.refuse();

create trigger heads_not_emptied before truncate on trail.heads
for each statement execute function trail.refuse();
