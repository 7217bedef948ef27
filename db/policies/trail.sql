-- trail: who writes the history of users' rows, how it is chained, verified and thinned out.
--
-- app.events holds the history (events.sql says who reads it). Schema trail holds its partitions,
-- the head of each user's chain, the anchors that retention leaves, and these functions:
--
-- trail.record()    the trigger of every table with a history. It belongs to rowlock_recorder,
--                   which nobody is: no other role can write an event.
-- trail.verify()    follows every chain; for rowlock_auditor. It shows positions, and no words.
-- trail.heads_now() where each chain stands, to be kept out of reach of whoever could rewrite it.
-- trail.retain()    drops whole months; for the owner. It belongs to rowlock_retention, which is
--                   nobody either: the owner can thin out the trail, and neither read nor cut it.
-- trail.prepare()   makes the partitions of the months ahead.

select
    rowlock.reclaim('schema', 'trail', nspowner),
    rowlock.revoke_all('schema trail', nspacl, nspowner)
from pg_namespace
where nspname = 'trail';

-- What belongs to these roles can be replaced, and given to them, only by one who is lent the
-- role, and the schema to that role. Both are taken back at the end. A superuser needs neither.
do $$
begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
        grant rowlock_recorder, rowlock_retention to current_user;
    end if;
    grant create on schema trail to rowlock_recorder, rowlock_retention;
end
$$;

select rowlock.close(oid)
from pg_class
where relnamespace = 'trail'::regnamespace and relkind in ('r', 'p');

-- Whoever drops a constraint can forge what it forbids. None of this reads a row where it holds.
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

-- The bytes of a link: the hash before it, then this JSON array, as jsonb is printed, in UTF-8:
--   [user_id, position, microseconds since 1970, action, table_name, row_id, changes, request_id,
--    session_role]
-- The link's hash is SHA-256 of them. The first link of a chain has no hash before it. To recompute
-- one: select trail.digest(previous_hash, user_id, position, occurred_at, …) from app.events.
create or replace function trail.digest(
    previous_hash bytea,
    user_id text,
    place bigint,
    occurred_at timestamptz,
    action text,
    table_name text,
    row_id text,
    changes jsonb,
    request_id text,
    session_role text
) returns bytea
language sql stable parallel safe
return sha256(
    coalesce(previous_hash, '') || convert_to(
        jsonb_build_array(
            user_id, place, trim_scale(extract(epoch from occurred_at) * 1000000), action,
            table_name, row_id, changes, request_id, session_role
        )::text,
        'UTF8'
    )
);

-- Adds one link to a user's chain. The head is locked until the transaction ends: so the next link
-- waits for this one to be committed, positions have no gap, and other users wait for nothing.
-- A function's text parameters and variables have the collation of its arguments, and a value of
-- type name, such as tg_table_name, has the collation "C", also as text. Compared in it, a user id
-- would not use the index of the heads, and each event would read the heads of all users.
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

-- Records what happened to a row; arguments of the trigger name columns to leave out. The user is
-- the row's own. Whoever speaks for a user speaks for no other; where nobody is bound, a role that
-- goes around row-level security is at work, and session_role says which.
create or replace function trail.record() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
    source constant text collate "default" := tg_table_name;
    untold constant text[] := array['user_id', 'id'] || coalesce(tg_argv, '{}');
    was constant jsonb := to_jsonb(old);
    became constant jsonb := to_jsonb(new);
    differences jsonb;
begin
    if coalesce(was, became) ->> 'user_id' <> app.current_user_id()
        or coalesce(became, was) ->> 'user_id' <> app.current_user_id()
    then
        raise exception 'the row is another user''s than the transaction is bound to'
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    if was ->> 'user_id' = became ->> 'user_id' and was ->> 'id' = became ->> 'id' then
        select jsonb_object_agg(n.key, jsonb_build_object('old', was -> n.key, 'new', n.value))
        into differences
        from jsonb_each(became - untold) as n
        where n.value is distinct from was -> n.key;
        if differences is not null then
            perform trail.append(
                became ->> 'user_id', 'update', source, became ->> 'id', differences
            );
        end if;
        return null;
    end if;
    -- A row that got another user or id is another row.
    if was is not null then
        perform trail.append(
            was ->> 'user_id', 'delete', source, was ->> 'id', was - untold
        );
    end if;
    if became is not null then
        perform trail.append(
            became ->> 'user_id', 'create', source, became ->> 'id', became - untold
        );
    end if;
    return null;
end
$$;

create or replace function trail.refuse() returns trigger
language plpgsql
as $$
begin
    raise exception
        'the trail is append-only: % cannot % %', current_user, lower(tg_op), tg_table_name
        using errcode = 'object_not_in_prerequisite_state';
end
$$;

-- The first link of each user that does not hold, or none; with the number of links that were read.
-- Whoever forged a chain may have dropped constraints first: nothing here relies on one, and no
-- value makes a comparison null or breaks off the others' chains.
-- A plan for any argument would read every user's rows to find one user's: so it is planned for the
-- argument that is given. The same holds of trail.heads_now().
create or replace function trail.verify(only_user text default null)
returns table (user_id text, events bigint, place bigint, problem text)
language plpgsql stable security definer
set search_path = pg_catalog
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
    return query
    -- Chosen before they are joined: a full join reads all that it is given.
    with asked_heads as (
        select h.* from trail.heads as h
        where h.user_id = only_user collate "default" or only_user is null
    ),

    asked_anchors as (
        select a.* from trail.anchors as a
        where a.user_id = only_user collate "default" or only_user is null
    ),

    links as (
        select
            coalesce(e.user_id, '') as user_id,
            e.position,
            e.occurred_at,
            e.hash,
            e.previous_hash,
            num_nulls(
                e.user_id, e.position, e.occurred_at, e.action, e.table_name, e.row_id, e.changes,
                e.session_role, e.previous_hash, e.hash
            ) > 0 as is_incomplete,
            trail.digest(
                e.previous_hash, e.user_id, e.position, e.occurred_at, e.action, e.table_name,
                e.row_id, e.changes, e.request_id, e.session_role
            ) as digest,
            coalesce(lag(e.position) over chain, a.position, 0) as last_position,
            coalesce(lag(e.hash) over chain, a.hash, '') as last_hash,
            row_number() over chain = count(*) over (partition by e.user_id) as is_last
        from app.events as e
        left join asked_anchors as a on e.user_id = a.user_id
        where e.user_id = only_user collate "default" or only_user is null
        window chain as (
            partition by e.user_id order by e.position nulls first, e.occurred_at
        )
    ),

    ends as (
        select * from links where is_last
    ),

    problems (user_id, position, problem) as (
        select
            l.user_id,
            coalesce(l.position, least(l.last_position, 9223372036854775806) + 1),
            case
                when l.is_incomplete then 'it lacks what every event has'
                when l.position is distinct from l.last_position::numeric + 1
                    then
                        format(
                            'follows position %s: events are missing or forged', l.last_position
                        )
                when l.previous_hash is distinct from l.last_hash
                    then 'its previous hash is not the hash of the event before it'
                when l.hash is distinct from l.digest
                    then 'its hash is not that of what it says'
                else 'it is dated in the future, or at no time'
            end
        from links as l
        where
            l.is_incomplete
            or l.position is distinct from l.last_position::numeric + 1
            or l.previous_hash is distinct from l.last_hash
            or l.hash is distinct from l.digest
            or not isfinite(l.occurred_at)
            or l.occurred_at > now() + interval '5 minutes'
        union all
        -- The anchor is before every event that is left.
        select
            coalesce(a.user_id, ''),
            coalesce(a.position, 0),
            case
                when num_nulls(a.user_id, a.position, a.occurred_at, a.hash) > 0
                    then 'the anchor of the chain lacks what every anchor has'
                else 'the anchor of the chain is of a month that cannot have been dropped'
            end
        from asked_anchors as a
        where
            num_nulls(a.user_id, a.position, a.occurred_at, a.hash) > 0
            or not isfinite(a.occurred_at)
            or a.occurred_at >= date_trunc('month', now(), 'UTC')
        union all
        select
            coalesce(user_id, ''),
            least(coalesce(e.position, a.position, 0), 9223372036854775806) + 1,
            case
                when h.user_id is null then 'the head of the chain is missing'
                when num_nulls(h.position, h.occurred_at, h.previous_hash, h.hash) > 0
                    then 'the head of the chain lacks what every head has'
                else
                    format(
                        'the head of the chain is at position %s, the last event at %s',
                        h.position, coalesce(e.position, a.position, 0)
                    )
            end
        from asked_heads as h
        full join ends as e using (user_id)
        full join asked_anchors as a using (user_id)
        where
            coalesce(e.position, a.position) is distinct from h.position
            or coalesce(e.hash, a.hash) is distinct from h.hash
            or num_nulls(h.user_id, h.position, h.occurred_at, h.previous_hash, h.hash) > 0
    ),

    firsts as (
        select distinct on (p.user_id) p.* from problems as p order by p.user_id, p.position
    ),

    -- A user whose events are all gone has a head or an anchor still.
    chains as (
        select u.user_id, sum(u.events)::bigint as events
        from (
            select l.user_id, count(*) as events from links as l group by l.user_id
            union all
            select coalesce(h.user_id, ''), 0 from asked_heads as h
            union all
            select coalesce(a.user_id, ''), 0 from asked_anchors as a
        ) as u
        group by u.user_id
    )

    select c.user_id, c.events, f.position, f.problem
    from chains as c
    left join firsts as f on c.user_id = f.user_id;
end
$$;

create or replace function trail.heads_now(only_user text default null)
returns table (user_id text, place bigint, hash text)
language plpgsql stable security definer
set search_path = pg_catalog
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
    return query
    select h.user_id, h.position, encode(h.hash, 'hex')
    from trail.heads as h
    where h.user_id = only_user collate "default" or only_user is null
    order by h.user_id;
end
$$;

-- A month for which the default partition holds events already gets no partition of its own.
create or replace function trail.prepare(months integer default 12) returns setof text
language plpgsql security definer
set search_path = pg_catalog
set timezone = 'UTC'
as $$
declare
    month timestamptz;
    name text;
begin
    for month in
        select date_trunc('month', now()) + make_interval(months => n)
        from generate_series(0, months) as n
    loop
        name := to_char(month, '"events_"YYYY_MM');
        continue when to_regclass(format('trail.%I', name)) is not null;
        begin
            execute format(
                'create table trail.%I partition of app.events for values from (%L) to (%L)',
                name, month, month + interval '1 month'
            );
            execute format('alter table trail.%I enable row level security', name);
            execute format('alter table trail.%I force row level security', name);
            execute format(
                'create trigger events_not_emptied before truncate on trail.%I'
                ' for each statement execute function trail.refuse()', name
            );
            return next name;
        exception when check_violation then
            null;
        end;
    end loop;
end
$$;

-- Only the owner of the partitions can drop them. trail.retain() calls it as rowlock_retention,
-- which cannot drop the month that runs. What a partition may hold is in its bound, not its name.
create or replace function trail.drop_before(month timestamptz) returns setof text
language plpgsql security definer
set search_path = pg_catalog
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
    name text;
    partition regclass;
begin
    for name, partition in
        select c.relname, c.oid
        from pg_inherits as i
        inner join pg_class as c on i.inhrelid = c.oid
        cross join lateral regexp_match(
            pg_get_expr(c.relpartbound, c.oid), ' TO \(''([^'']+)''\)'
        ) as bound
        where
            i.inhparent = 'app.events'::regclass
            and bound[1]::timestamptz <= date_trunc('month', least(month, now()))
        order by c.relname
    loop
        execute format('drop table %s', partition);
        return next name;
    end loop;
end
$$;

-- Drops the months that ended so many months ago, and leaves each user's last event in them as an
-- anchor. Events that fell into the default partition are deleted.
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

comment on function trail.digest(
    bytea, text, bigint, timestamptz, text, text, text, jsonb, text, text
) is 'The hash of an event, from the hash before it and from what it says.';
comment on function trail.append(text, text, text, text, jsonb) is
'Add an event to a user''s chain.';
comment on function trail.record() is 'The trigger that records what happened to a row.';
comment on function trail.refuse() is 'The trigger that keeps the trail as it was written.';
comment on function trail.verify(text) is
'The first event of each user that does not fit its chain, and how many events were read.';
comment on function trail.heads_now(text) is 'Where each user''s chain stands.';
comment on function trail.prepare(integer) is 'Make the partitions of the months ahead.';
comment on function trail.drop_before(timestamptz) is
'Drop the partitions of the months before one.';
comment on function trail.retain(integer) is
'Drop the months that ended so many months ago, and keep where each chain goes on.';

-- Nobody may call any of it but whom it is for. Those that read or write users' rows belong to
-- rowlock_recorder and rowlock_retention, those that make and drop partitions to the table's owner.
do $$
declare
    signature regprocedure;
begin
    for signature in select oid from pg_proc where pronamespace = 'trail'::regnamespace loop
        perform rowlock.revoke_all(
            format('function %s', signature), coalesce(proacl, acldefault('f', proowner)), proowner
        )
        from pg_proc
        where oid = signature;
    end loop;
    foreach signature in array array[
        'trail.record()', 'trail.append(text, text, text, text, jsonb)',
        'trail.digest(bytea, text, bigint, timestamptz, text, text, text, jsonb, text, text)',
        'trail.verify(text)', 'trail.heads_now(text)'
    ]::regprocedure[] loop
        execute format('alter function %s owner to rowlock_recorder', signature);
    end loop;
    alter function trail.retain(integer) owner to rowlock_retention;
    foreach signature in array array[
        'trail.refuse()', 'trail.prepare(integer)', 'trail.drop_before(timestamptz)'
    ]::regprocedure[] loop
        perform rowlock.reclaim('function', signature::text, proowner)
        from pg_proc
        where oid = signature;
    end loop;
end
$$;

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

create policy anchors_select_recorder on trail.anchors
    for select to rowlock_recorder
    using (user_id = app.current_user_id() or app.current_user_id() is null);

create policy anchors_select_retention on trail.anchors
    for select to rowlock_retention
    using (app.current_user_id() is null);

-- A month that runs is not dropped, so no anchor is of it.
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

-- Whoever makes a trigger must be let execute its function; that cannot be called otherwise.
-- Retention is the owner's to ask for.
do $$
begin
    execute format(
        'grant execute on function trail.record(), trail.retain(integer) to %s', nspowner::regrole
    )
    from pg_namespace
    where nspname = 'trail';
end
$$;

grant usage on schema trail to rowlock_recorder, rowlock_retention, rowlock_auditor;
grant select, insert, update on trail.heads to rowlock_recorder;
grant select on trail.anchors to rowlock_recorder;
grant select, insert, update on trail.anchors to rowlock_retention;
grant execute on function trail.verify(text) to rowlock_auditor;
grant execute on function trail.heads_now(text) to rowlock_auditor;
grant execute on function trail.drop_before(timestamptz) to rowlock_retention;

-- Policies do not hold for a superuser or a role with BYPASSRLS. These hold for everybody, until
-- somebody disables them; trail.verify() tells what was done then.
create trigger heads_kept before update or delete on trail.heads
for each row when (current_user <> 'rowlock_recorder') execute function trail.refuse();

create trigger heads_not_emptied before truncate on trail.heads
for each statement execute function trail.refuse();

create trigger anchors_kept before update or delete on trail.anchors
for each row when (current_user <> 'rowlock_retention') execute function trail.refuse();

create trigger anchors_not_emptied before truncate on trail.anchors
for each statement execute function trail.refuse();

do $$
declare
    partition regclass;
begin
    for partition in
        select oid
        from pg_class
        where relnamespace = 'trail'::regnamespace and relispartition and relkind = 'r'
    loop
        execute format('alter table %s enable row level security', partition);
        execute format('alter table %s force row level security', partition);
        execute format(
            'create trigger events_not_emptied before truncate on %s'
            ' for each statement execute function trail.refuse()', partition
        );
    end loop;
end
$$;

alter table trail.heads enable row level security;
alter table trail.heads force row level security;
alter table trail.anchors enable row level security;
alter table trail.anchors force row level security;

-- What was lent is given back. NOTE: nothing of schema trail is granted to rowlock_api.
do $$
begin
    revoke create on schema trail from rowlock_recorder, rowlock_retention;
    if not (select rolsuper from pg_roles where rolname = current_user) then
        revoke rowlock_recorder, rowlock_retention from current_user;
    end if;
end
$$;
