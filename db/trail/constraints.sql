-- constraints: restores dropped constraints of app.events, trail.heads and trail.anchors.
--
-- They refuse forged values from every role, also from roles to which no policy applies. If no
-- constraint was dropped, these statements scan no table.

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

alter table trail.heads
alter user_id set not null,
alter position set not null,
alter occurred_at set not null,
alter previous_hash set not null,
alter hash set not null;

alter table trail.anchors
alter user_id set not null,
alter position set not null,
alter occurred_at set not null,
alter hash set not null;
