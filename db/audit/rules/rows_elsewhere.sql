-- Rows of users that lie outside schema app have row-level security, or no readers.
-- level: warning
with recursive places as (
    select
        c.oid,
        c.relowner,
        c.relacl
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    where
        c.relkind in ('r', 'p', 'f', 'm', 'v')
        and n.nspname !~ '^(app|trail|rowlock|audit|information_schema|pg_.*)$'
        and not c.relrowsecurity
        and exists (
            select from pg_attribute as a
            where
                a.attrelid = c.oid
                and a.attnum > 0
                and lower(replace(a.attname, '_', '')) = 'userid'
        )
        -- An extension's relations are granted by whoever runs the server.
        and not exists (
            select from pg_depend as d
            where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e'
        )
),

-- What each of them selects from, over any number of views.
sources as (
    select
        p.oid,
        p.oid as source
    from places as p
    union
    select
        s.oid,
        d.refobjid
    from sources as s
    inner join pg_rewrite as w on s.source = w.ev_class
    inner join pg_depend as d
        on
            w.oid = d.objid
            and d.classid = 'pg_rewrite'::regclass
            and d.refclassid = 'pg_class'::regclass
),

readers (oid, owner, grantee, privilege) as (
    select
        p.oid,
        p.relowner,
        a.grantee,
        a.privilege_type
    from places as p
    cross join lateral aclexplode(p.relacl) as a
    union
    select
        p.oid,
        p.relowner,
        a.grantee,
        a.privilege_type
    from places as p
    inner join pg_attribute as t on p.oid = t.attrelid
    cross join lateral aclexplode(t.attacl) as a
)

select distinct
    r.oid::regclass::text as object,
    format('shows rows of every user to %s: no policy covers it', r.grantee::regrole) as detail,
    format('revoke all on %s from %s cascade;', r.oid::regclass, r.grantee::regrole) as remedy
from readers as r
left join pg_roles as g on r.grantee = g.oid
where
    r.privilege = 'SELECT'
    and r.grantee <> r.owner
    and not coalesce(g.rolsuper, false)
    -- The check outside speaks of the API's role and of everyone.
    and r.grantee not in (0, coalesce(to_regrole('rowlock_api')::oid, 0))
    -- The rule view_owner_rights speaks of what reads users' rows or the trail.
    and not exists (
        select from sources as s
        inner join pg_class as c on s.source = c.oid
        where
            s.oid = r.oid
            and c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    )
