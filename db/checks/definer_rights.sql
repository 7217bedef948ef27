-- The API's role reaches no view or function that reads users' rows with its owner's rights.
with recursive readers (oid) as (
    select c.oid
    from pg_class as c
    where
        c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
        and c.relkind in ('r', 'p')
    union
    -- Whatever selects from a reader, in whichever schema, reads users' rows too.
    select w.ev_class
    from readers
    inner join pg_depend as d
        on readers.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
    inner join pg_rewrite as w on d.objid = w.oid and d.classid = 'pg_rewrite'::regclass
),

-- Functions that Postgres runs without asking whether the caller may execute them. An aggregate is
-- asked for, its parts are not; neither are the functions of types, operator classes and the like.
-- Casts, operators, defaults, constraints, policies and views ask.
unasked (oid) as (
    select d.refobjid
    from pg_depend as d
    left join pg_proc as p on d.classid = 'pg_proc'::regclass and d.objid = p.oid
    left join pg_type as t on d.classid = 'pg_type'::regclass and d.objid = t.oid
    left join pg_operator as o on d.classid = 'pg_operator'::regclass and d.objid = o.oid
    where
        d.refclassid = 'pg_proc'::regclass
        and d.refobjid >= 16384
        and (
            d.classid in (
                'pg_amproc'::regclass, 'pg_am'::regclass, 'pg_conversion'::regclass,
                'pg_foreign_data_wrapper'::regclass, 'pg_language'::regclass,
                'pg_transform'::regclass, 'pg_ts_parser'::regclass, 'pg_ts_template'::regclass
            )
            or (p.prokind = 'a' and has_function_privilege('rowlock_api', p.oid, 'execute'))
            or p.prosupport = d.refobjid
            -- A domain has no functions; its default and its constraints ask.
            or t.typtype <> 'd'
            or d.refobjid in (o.oprrest, o.oprjoin)
            -- Records and arrays are compared by the operators of their elements' classes.
            or o.oid in (select a.amopopr from pg_amop as a)
        )
)

select
    c.oid::regclass::text as object,
    'reads users'' rows with its owner''s rights, around the caller''s policies' as detail,
    case
        when rules.remedy is not null then rules.remedy
        when c.relkind = 'v' and current_setting('server_version_num')::int >= 150000
            then format('alter view %s set (security_invoker = true);', c.oid::regclass)
        else format('revoke all on %s from rowlock_api, public;', c.oid::regclass)
    end as remedy
from readers
inner join pg_class as c on readers.oid = c.oid
-- A rule for another command than SELECT has the view's owner's rights, whatever the view has.
cross join
    lateral (
        select
            string_agg(
                format('drop rule %I on %s;', w.rulename, c.oid::regclass), ' ' order by w.rulename
            ) as remedy
        from pg_rewrite as w
        where w.ev_class = c.oid and w.ev_type <> '1'
    ) as rules
where
    c.relkind in ('v', 'm')
    and (
        has_any_column_privilege('rowlock_api', c.oid, 'select, insert, update')
        or has_table_privilege('rowlock_api', c.oid, 'delete')
    )
    and (
        rules.remedy is not null
        or not coalesce(
            c.reloptions && array['security_invoker=true', 'security_invoker=on'], false
        )
    )
union all
-- A function's body is opaque, and its owner may execute functions that belong to yet others. So
-- each is found, whatever its owner may do.
select
    p.oid::regprocedure::text,
    'is a function with SECURITY DEFINER: it does what its owner may, not what its caller may',
    case
        when p.pronamespace = to_regnamespace('trail') then '-- run: rowlock migrate'
        -- An extension may need its owner's rights, though not for everybody.
        when
            has_function_privilege('rowlock_api', p.oid, 'execute')
            and exists (
                select from pg_depend as d
                where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
            )
            then
                format('revoke all on routine %s from public, rowlock_api;', p.oid::regprocedure)
        else format('alter routine %s security invoker;', p.oid::regprocedure)
    end
from pg_proc as p
inner join pg_roles as r on p.proowner = r.oid
where
    p.prosecdef
    -- What initdb made has a smaller number, whatever schema it is in. What belongs to an extension
    -- is not left out: `alter extension … add` makes a member of any function.
    and p.oid >= 16384
    and (
        (
            has_function_privilege('rowlock_api', p.oid, 'execute')
            -- Nobody can call it; of event triggers, the rule event_triggers speaks.
            and p.prorettype <> 'event_trigger'::regtype
        )
        or p.oid in (select u.oid from unasked as u)
        or (
            p.oid in (
                -- A trigger runs its function whoever may execute it.
                select t.tgfoid
                from pg_trigger as t
                inner join pg_class as c on t.tgrelid = c.oid
                where c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
            )
            -- The trail's recorder has policies for itself. Its one function that others set off
            -- writes what happened to the row, and shows nothing.
            and not (
                p.pronamespace = to_regnamespace('trail')
                and p.proname = 'record'
                and r.rolname = 'rowlock_recorder'
                and not r.rolbypassrls
                -- A superuser passes for a member of every role.
                and not exists (
                    select from pg_class as c
                    where
                        c.relnamespace = to_regnamespace('app')
                        and pg_has_role(r.oid, c.relowner, 'member')
                )
            )
        )
    )
