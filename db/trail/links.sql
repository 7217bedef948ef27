-- links: every event, with the position and hash of the event before it.
--
-- The functions that verify a chain do not rely on constraints, because a constraint may have been
-- dropped to forge an event. So any column may be null here. They are SQL functions that the
-- planner inlines. Columns that a query does not use are then not computed, and an index finds the
-- events of only_user.
create or replace function trail.links(only_user text default null)
returns table (
    user_id text,
    place bigint,
    occurred_at timestamptz,
    previous_hash bytea,
    hash bytea,
    is_incomplete boolean,
    digest bytea,
    last_place bigint,
    last_hash bytea
)
language sql stable
as $$
select
    coalesce(e.user_id, ''),
    e.position,
    e.occurred_at,
    e.previous_hash,
    e.hash,
    num_nulls(
        e.user_id, e.position, e.occurred_at, e.action, e.table_name, e.row_id, e.changes,
        e.session_role, e.previous_hash, e.hash
    ) > 0,
    trail.digest(
        e.previous_hash, e.user_id, e.position, e.occurred_at, e.action, e.table_name,
        e.row_id, e.changes, e.request_id, e.session_role
    ),
    coalesce(lag(e.position) over chain, a.position, 0),
    coalesce(lag(e.hash) over chain, a.hash, '')
from app.events as e
left join trail.anchors as a on e.user_id = a.user_id
where e.user_id = only_user collate "default" or only_user is null
window chain as (partition by e.user_id order by e.position nulls first, e.occurred_at)
$$;

comment on function trail.links(text) is
'Every event, its recomputed hash, and the position and hash of the event before it.';
