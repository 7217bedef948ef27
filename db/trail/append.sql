-- append: adds one event to a user's chain.
--
-- The update locks the user's head until the transaction ends. The user's next event waits for that
-- commit, so positions have no gap; events of other users do not wait.
--
-- A function's text parameters and variables have the collation of its arguments, and a value of
-- type name, such as tg_table_name, has the collation "C", also when cast to text. A comparison
-- under another collation than that of trail.heads would not use its index, and each event would
-- read the heads of all users.
create or replace function trail.append(
    who text, action text, table_name text, row_id text, changes jsonb
) returns void
language plpgsql
as $$
declare
    head trail.heads;
    clock constant timestamptz := clock_timestamp();
    request constant text := left(nullif(current_setting('app.request_id', true), ''), 64);
begin
    loop
        update trail.heads as h
        set
            position = h.position + 1,
            occurred_at = greatest(h.occurred_at, clock),
            previous_hash = h.hash,
            hash = trail.digest(
                h.hash, who, h.position + 1, greatest(h.occurred_at, clock), action, table_name,
                row_id, changes, request, session_user::text collate "default"
            )
        where h.user_id = who collate "default"
        returning h.* into head;
        exit when found;
        insert into trail.heads (user_id) values (who) on conflict do nothing;
    end loop;
    insert into app.events (
        user_id, position, occurred_at, action, table_name, row_id, changes, request_id,
        session_role, previous_hash, hash
    )
    values (
        who, head.position, head.occurred_at, action, table_name, row_id, changes, request,
        session_user, head.previous_hash, head.hash
    );
end
$$;

comment on function trail.append(text, text, text, text, jsonb) is
'Add an event to a user''s chain.';
