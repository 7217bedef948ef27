-- No view and no rule gives access to users' rows with the rights of its owner.
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

granted (oid, grantee) as (
    select
        c.oid,
        a.grantee
    from readers
    inner join pg_class as c on readers.oid = c.oid
    cross join lateral aclexplode(c.relacl) as a
    where a.grantee <> c.relowner
    union
    select
        c.oid,
        a.grantee
    from readers
    inner join pg_class as c on readers.oid = c.oid
    inner join pg_attribute as t on c.oid = t.attrelid
    cross join lateral aclexplode(t.attacl) as a
    where a.grantee <> c.relowner
),

-- A materialised view holds the rows that its creator could read. A new owner can read them too.
owned (oid, owner) as (
    select
        c.oid,
        c.relowner
    from readers
    inner join pg_class as c on readers.oid = c.oid
    inner join pg_roles as r on c.relowner = r.oid
    where
        c.relkind = 'm'
        and not r.rolsuper
        -- The bootstrap superuser, and the role that migrates.
        and r.oid <> 10
        and r.oid not in (
            select n.nspowner from pg_namespace as n
            where n.nspname = 'app'
        )
)

select
    c.oid::regclass::text as object,
    format('shows users'' rows with its owner''s rights to %s', g.grantee::regrole) as detail,
    case
        when rules.remedy is not null then rules.remedy
        when c.relkind = 'v' and current_setting('server_version_num')::int >= 150000
            then format('alter view %s set (security_invoker = true);', c.oid::regclass)
        else format('revoke all on %s from %s cascade;', c.oid::regclass, g.grantee::regrole)
    end as remedy
from granted as g
inner join pg_class as c on g.oid = c.oid
-- A rule for INSERT, UPDATE or DELETE runs with the owner's rights, even with security_invoker.
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
    (c.relkind in ('v', 'm') or rules.remedy is not null)
    and (
        rules.remedy is not null
        or not coalesce(
            c.reloptions && array['security_invoker=true', 'security_invoker=on'], false
        )
    )
    -- The check tables_rules covers tables with policies.
    and not (
        c.relkind in ('r', 'p')
        and c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    )
    -- The check definer_rights covers the API's role and PUBLIC.
    and g.grantee not in (0, coalesce(to_regrole('rowlock_api')::oid, 0))
union all
select
    o.oid::regclass::text,
    format('shows users'' rows to its owner %s', o.owner::regrole),
    format('alter materialized view %s owner to %s;', o.oid::regclass, n.nspowner::regrole)
from owned as o
inner join pg_namespace as n on n.nspname = 'app'
