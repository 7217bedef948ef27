-- attach: attaches a table to the trail. From then on, its changes are recorded in app.events.
--
-- A policy file calls it:
--   select trail.attach('app.notes', leave_out => array['sort_key']);
-- leave_out names columns that events do not show. A second call replaces the trigger. Existing
-- rows get no event.
create or replace function trail.attach(
    target regclass, leave_out text[] default '{}'
) returns void
language plpgsql
set search_path = pg_catalog
as $$
declare
    target_name name;
    refusal text;
    arguments text;
begin
    select
        c.relname,
        case
            when c.relkind not in ('r', 'p')
                then format('%s is not a table', target)
            -- An event names its table without the schema.
            when c.relnamespace <> 'app'::regnamespace
                then format('%s is not in schema app', target)
            when c.relispartition
                then format('%s is a partition: attach its partitioned table', target)
        end
    into target_name, refusal
    from pg_class as c
    where c.oid = target;

    refusal := coalesce(
        refusal,
        (
            select
                case
                    when a.attname is null then format('%s has no column %s', target, w.name)
                    else format('column %s of %s may be null', w.name, target)
                end
            from (values (1, 'user_id'), (2, 'id')) as w (place, name)
            left join pg_attribute as a
                on a.attrelid = target and a.attname = w.name and not a.attisdropped
            where a.attnotnull is not true
            order by w.place
            limit 1
        ),
        (
            select format('%s has no column %s to leave out', target, coalesce(l.name, 'NULL'))
            from unnest(leave_out) with ordinality as l (name, place)
            left join pg_attribute as a
                on
                    a.attrelid = target and a.attname = l.name
                    and a.attnum > 0 and not a.attisdropped
            where a.attname is null
            order by l.place
            limit 1
        )
    );
    if refusal is not null then
        raise exception 'the trail cannot record %: %', target, refusal
            using errcode = 'invalid_parameter_value';
    end if;

    select string_agg(quote_literal(l.name), ', ' order by l.place)
    into arguments
    from unnest(leave_out) with ordinality as l (name, place);
    execute format(
        'create or replace trigger %I after insert or update or delete on %s'
        ' for each row execute function trail.record(%s)',
        target_name || '_record', target, arguments
    );
end
$$;

comment on function trail.attach(regclass, text[]) is
'Record the changes of a table in app.events, but for the columns to leave out.';
