-- The API's role owns nothing, neither itself nor through a role of which it is a member.
with objects (kind, object, owner) as (
    select
        'database',
        quote_ident(datname),
        datdba
    from pg_database
    where datname = current_database()
    union all
    select
        'schema',
        nspname::regnamespace::text,
        nspowner
    from pg_namespace
    where nspname in ('app', 'rowlock', 'trail')
    union all
    select
        'table',
        oid::regclass::text,
        relowner
    from pg_class
    where
        relnamespace in (
            to_regnamespace('app'), to_regnamespace('rowlock'), to_regnamespace('trail')
        )
        and relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select
        'function',
        oid::regprocedure::text,
        proowner
    from pg_proc
    where
        pronamespace in (
            to_regnamespace('app'), to_regnamespace('rowlock'), to_regnamespace('trail')
        )
)

select
    format('%s %s', o.kind, o.object) as object,
    format(
        'is owned by %s; an owner can switch row-level security off', o.owner::regrole
    ) as detail,
    coalesce(
        string_agg(distinct 'revoke ' || m.roleid::regrole || ' from rowlock_api;', ' '),
        -- The role that migrates runs this statement, and becomes the owner.
        format('alter %s %s owner to current_user;', o.kind, o.object)
    ) as remedy
from objects as o
-- pg_has_role() is true for a superuser and any role; the check role_bypass covers superusers.
inner join pg_roles as r on r.rolname = 'rowlock_api' and not r.rolsuper
left join pg_auth_members as m on r.oid = m.member and pg_has_role(m.roleid, o.owner, 'member')
where pg_has_role(r.oid, o.owner, 'member')
group by o.kind, o.object, o.owner
