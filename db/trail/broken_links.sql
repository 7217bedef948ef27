-- broken_links: the events that do not fit the event before them, or whose hash is wrong.
create or replace function trail.broken_links(only_user text default null)
returns table (user_id text, place bigint, problem text)
language sql stable
as $$
select
    l.user_id,
    -- The largest bigint has no successor.
    coalesce(l.place, least(l.last_place, 9223372036854775806) + 1),
    case
        when l.is_incomplete then 'a required column is null'
        when l.place is distinct from l.last_place::numeric + 1
            then format('follows position %s: events are missing or forged', l.last_place)
        when l.previous_hash is distinct from l.last_hash
            then 'its previous hash is not the hash of the event before it'
        when l.hash is distinct from l.digest
            then 'its hash does not match its content'
        else 'its time is in the future or infinite'
    end
from trail.links(only_user) as l
where
    l.is_incomplete
    or l.place is distinct from l.last_place::numeric + 1
    or l.previous_hash is distinct from l.last_hash
    or l.hash is distinct from l.digest
    or not isfinite(l.occurred_at)
    or l.occurred_at > now() + interval '5 minutes'
$$;

comment on function trail.broken_links(text) is
'The events that do not fit the event before them, and what is wrong.';
