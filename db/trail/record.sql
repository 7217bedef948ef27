-- record: the trigger function of every table with a history. trail.attach() creates the trigger.
--
-- The trigger's arguments name columns that events leave out. The event belongs to the row's user.
-- A transaction that is bound to a user may change rows of that user alone. Only a role that
-- bypasses row-level security can write without a bound user; session_role names it.
create or replace function trail.record() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
    source constant text collate "default" := tg_table_name;
    left_out constant text[] := array['user_id', 'id'] || coalesce(tg_argv, '{}');
    was constant jsonb := to_jsonb(old);
    became constant jsonb := to_jsonb(new);
    differences jsonb;
begin
    if coalesce(was, became) ->> 'user_id' <> app.current_user_id()
        or coalesce(became, was) ->> 'user_id' <> app.current_user_id()
    then
        raise exception 'the row belongs to another user than the transaction is bound to'
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    if was ->> 'user_id' = became ->> 'user_id' and was ->> 'id' = became ->> 'id' then
        select jsonb_object_agg(n.key, jsonb_build_object('old', was -> n.key, 'new', n.value))
        into differences
        from jsonb_each(became - left_out) as n
        where n.value is distinct from was -> n.key;
        if differences is not null then
            perform trail.append(
                became ->> 'user_id', 'update', source, became ->> 'id', differences
            );
        end if;
        return null;
    end if;
    -- An update of user_id or id is recorded as a delete and a create.
    if was is not null then
        perform trail.append(
            was ->> 'user_id', 'delete', source, was ->> 'id', was - left_out
        );
    end if;
    if became is not null then
        perform trail.append(
            became ->> 'user_id', 'create', source, became ->> 'id', became - left_out
        );
    end if;
    return null;
end
$$;

comment on function trail.record() is 'The trigger that records what happened to a row.';
