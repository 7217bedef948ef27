-- retain: drops the months that ended so many months ago, for the owner.
--
-- Each user's last event in them is kept as an anchor. Events in the default partition are deleted.
create or replace function trail.retain(months integer)
returns table (partition text, events bigint)
language plpgsql security definer
set search_path = pg_catalog
set timezone = 'UTC'
as $$
declare
    first_kept constant timestamptz :=
        date_trunc('month', now()) - make_interval(months => months);
    counts jsonb;
begin
    if months < 1 then
        raise exception 'at least one month is kept' using errcode = 'invalid_parameter_value';
    end if;
    insert into trail.anchors as a (user_id, position, occurred_at, hash)
    select distinct on (e.user_id) e.user_id, e.position, e.occurred_at, e.hash
    from app.events as e
    where e.occurred_at < first_kept
    order by e.user_id, e.position desc
    on conflict (user_id) do update set
        position = excluded.position,
        occurred_at = excluded.occurred_at,
        hash = excluded.hash;

    select jsonb_object_agg(c.name, c.events)
    into counts
    from (
        select p.relname as name, count(*) as events
        from app.events as e
        inner join pg_class as p on e.tableoid = p.oid
        where e.occurred_at < first_kept
        group by p.relname
    ) as c;
    for partition in select trail.drop_before(first_kept) loop
        events := coalesce((counts ->> partition)::bigint, 0);
        return next;
    end loop;

    delete from app.events where occurred_at < first_kept;
    get diagnostics events = row_count;
    if events > 0 then
        partition := 'events_default';
        return next;
    end if;
end
$$;

comment on function trail.retain(integer) is
'Drop the months that ended so many months ago, and keep each user''s last event as an anchor.';
