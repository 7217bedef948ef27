-- chains: one row for each user, with what is wrong with the user's head, if anything.
--
-- A user has events, a head or an anchor. place is the position of the user's next event.
create or replace function trail.chains(only_user text default null)
returns table (user_id text, place bigint, problem text)
language sql stable
as $$
-- Each is filtered before the full joins, which would read all rows.
with heads as (
    select h.* from trail.heads as h
    where h.user_id = only_user collate "default" or only_user is null
),

anchors as (
    select a.* from trail.anchors as a
    where a.user_id = only_user collate "default" or only_user is null
),

last_events as (
    select distinct on (e.user_id)
        coalesce(e.user_id, '') as user_id,
        e.position,
        e.hash
    from app.events as e
    where e.user_id = only_user collate "default" or only_user is null
    order by e.user_id, e.position desc nulls last, e.occurred_at desc
)

select
    coalesce(user_id, ''),
    -- The largest bigint has no successor.
    least(coalesce(e.position, a.position, 0), 9223372036854775806) + 1,
    case
        when
            coalesce(e.position, a.position) is not distinct from h.position
            and coalesce(e.hash, a.hash) is not distinct from h.hash
            and num_nulls(h.user_id, h.position, h.occurred_at, h.previous_hash, h.hash) = 0
            then null
        when h.user_id is null then 'the head of the chain is missing'
        when num_nulls(h.position, h.occurred_at, h.previous_hash, h.hash) > 0
            then 'the head of the chain has a null column'
        else
            format(
                'the head of the chain is at position %s, the last event at %s',
                h.position, coalesce(e.position, a.position, 0)
            )
    end
from heads as h
full join last_events as e using (user_id)
full join anchors as a using (user_id)
$$;

comment on function trail.chains(text) is
'Each user, the position of the user''s next event, and what is wrong with the head.';
