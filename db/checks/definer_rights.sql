-- The API's role reaches no view or function that reads users' rows with its owner's rights.
with recursive readers (oid) as (
    select c.oid
    from pg_class as c
    where
        c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
        and c.relkind in ('r', 'p')
    union
    -- A view that selects from one of these reads users' rows too, in any schema.
    select w.ev_class
    from readers
    inner join pg_depend as d
        on readers.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
    inner join pg_rewrite as w on d.objid = w.oid and d.classid = 'pg_rewrite'::regclass
),

-- Functions that Postgres runs without checking the caller's EXECUTE privilege. EXECUTE is checked
-- on an aggregate but not on its support functions, nor on the functions of types and operator
-- classes. It is checked on functions in casts, operators, defaults, constraints, policies and
-- views.
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
            -- A domain has no functions. EXECUTE is checked on those in its default and its
            -- constraints.
            or t.typtype <> 'd'
            or d.refobjid in (o.oprrest, o.oprjoin)
            -- Records and arrays are compared by the operators of their elements' classes.
            or o.oid in (select a.amopopr from pg_amop as a)
        )
)

select
    c.oid::regclass::text as object,
    'reads users'' rows with its owner''s rights, so the caller''s policies do not apply' as detail,
    case
        when rules.remedy is not null then rules.remedy
        when c.relkind = 'v' and current_setting('server_version_num')::int >= 150000
            then format('alter view %s set (security_invoker = true);', c.oid::regclass)
        else format('revoke all on %s from rowlock_api, public;', c.oid::regclass)
    end as remedy
from readers
inner join pg_class as c on readers.oid = c.oid
-- A rule for INSERT, UPDATE or DELETE runs with the rights of the view's owner, even if the view
-- has security_invoker.
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
-- The catalogue does not show what a function's body does, and the owner may execute functions of
-- further owners. So every such function is a finding, whatever privileges its owner has.
select
    p.oid::regprocedure::text,
    'is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller',
    case
        when p.pronamespace = to_regnamespace('trail') then '-- run: rowlock migrate'
        -- A function of an extension may need its owner's rights, so only EXECUTE is revoked.
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
    -- Objects that initdb created have a smaller oid, in any schema. Members of an extension are
    -- not left out: `alter extension … add` can make any function a member.
    and p.oid >= 16384
    and (
        (
            has_function_privilege('rowlock_api', p.oid, 'execute')
            -- A function that returns event_trigger cannot be called; the rule event_triggers
            -- covers it.
            and p.prorettype <> 'event_trigger'::regtype
        )
        or p.oid in (select u.oid from unasked as u)
        or (
            p.oid in (
                -- A trigger runs its function without an EXECUTE check.
                select t.tgfoid
                from pg_trigger as t
                inner join pg_class as c on t.tgrelid = c.oid
                where c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
            )
            -- Separate policies apply to rowlock_recorder. Its trigger function only records
            -- the change of the row, and returns no data.
            and not (
                p.pronamespace = to_regnamespace('trail')
                and p.proname = 'record'
                and r.rolname = 'rowlock_recorder'
                and not r.rolbypassrls
                -- pg_has_role() is true for a superuser and any role.
                and not exists (
                    select from pg_class as c
                    where
                        c.relnamespace = to_regnamespace('app')
                        and pg_has_role(r.oid, c.relowner, 'member')
                )
            )
        )
    )
