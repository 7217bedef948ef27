-- broken_anchors: the anchors that trail.retain() cannot have written.
create or replace function trail.broken_anchors(only_user text default null)
returns table (user_id text, place bigint, problem text)
language sql stable
as $$
select
    coalesce(a.user_id, ''),
    coalesce(a.position, 0),
    case
        when num_nulls(a.user_id, a.position, a.occurred_at, a.hash) > 0
            then 'the anchor of the chain has a null column'
        else 'the anchor of the chain is from a month that retention cannot drop'
    end
from trail.anchors as a
where
    (a.user_id = only_user collate "default" or only_user is null)
    and (
        num_nulls(a.user_id, a.position, a.occurred_at, a.hash) > 0
        or not isfinite(a.occurred_at)
        or a.occurred_at >= date_trunc('month', now(), 'UTC')
    )
$$;

comment on function trail.broken_anchors(text) is
'The anchors that retention cannot have written, and what is wrong.';
