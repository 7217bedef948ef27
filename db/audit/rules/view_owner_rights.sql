-- Nobody reads users' rows through a view with its owner's rights.
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
)

select
    c.oid::regclass::text as object,
    format('shows users'' rows with its owner''s rights to %s', g.grantee::regrole) as detail,
    case
        when c.relkind = 'v' and current_setting('server_version_num')::int >= 150000
            then format('alter view %s set (security_invoker = true);', c.oid::regclass)
        else format('revoke all on %s from %s cascade;', c.oid::regclass, g.grantee::regrole)
    end as remedy
from granted as g
inner join pg_class as c on g.oid = c.oid
where
    c.relkind in ('v', 'm')
    and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)
    -- The check definer_rights speaks of the API's role and of everyone.
    and g.grantee not in (0, coalesce(to_regrole('rowlock_api')::oid, 0))
