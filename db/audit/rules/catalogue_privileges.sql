-- The catalogue, which can show users' values and files, has only the grants of initdb.
with catalogue (class, oid, subid, acl, initial, columns, object) as (
    select
        'pg_class'::regclass,
        c.oid,
        0,
        c.relacl,
        acldefault('r', c.relowner),
        '',
        c.oid::regclass::text
    from pg_class as c
    where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind <> 'i'
    union all
    select
        'pg_class'::regclass,
        c.oid,
        a.attnum,
        a.attacl,
        acldefault('c', c.relowner),
        format(' (%I)', a.attname),
        c.oid::regclass::text
    from pg_attribute as a
    inner join pg_class as c on a.attrelid = c.oid
    where c.relnamespace = 'pg_catalog'::regnamespace and a.attacl is not null
    union all
    select
        'pg_proc'::regclass,
        p.oid,
        0,
        p.proacl,
        acldefault('f', p.proowner),
        '',
        p.oid::regprocedure::text
    from pg_proc as p
    where p.pronamespace = 'pg_catalog'::regnamespace
)

select
    c.object,
    format('%s%s is granted to %s', g.privilege_type, c.columns, grantee.name) as detail,
    format(
        'revoke %s%s on %s%s from %s;', g.privilege_type, c.columns,
        case c.class when 'pg_proc'::regclass then 'routine ' else '' end, c.object, grantee.name
    ) as remedy
from catalogue as c
left join pg_init_privs as i
    on c.class = i.classoid and c.oid = i.objoid and c.subid = i.objsubid
cross join aclexplode(coalesce(c.acl, c.initial)) as g
left join pg_roles as r on g.grantee = r.oid
cross join
    lateral (
        select case g.grantee when 0 then 'public' else g.grantee::regrole::text end as name
    ) as grantee
where
    -- The privileges differ from those of initdb. On pg_statistic, for example, a grant shows
    -- samples of every user's rows.
    coalesce(c.acl, c.initial) is distinct from coalesce(i.initprivs, c.initial)
    -- A monitoring role may have EXECUTE on some restricted functions, but on none of these.
    and (
        g.grantee in (0, to_regrole('rowlock_api'))
        or c.class = 'pg_class'::regclass
        or c.object ~ '^(pg_read_|lo_import|lo_export|pg_logical_slot_)'
    )
    and not coalesce(r.rolsuper, false)
    and not exists (
        select from aclexplode(coalesce(i.initprivs, c.initial)) as f
        where f.grantee = g.grantee and f.privilege_type = g.privilege_type
    )
