-- No function gives a login that is not the API's the rights of another role.
-- level: warning
with functions as (
    select
        p.oid,
        p.proowner
    from pg_proc as p
    where
        p.prosecdef
        and p.oid >= 16384 -- what initdb made has a smaller number, whatever schema it is in
        -- db/policies/trail.sql says who may execute these; drift finds every other grant.
        and p.pronamespace is distinct from to_regnamespace('trail')
        -- An extension's functions are installed by whoever runs the server, who can do anything.
        and not exists (
            select from pg_depend as d
            where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
        )
)

select
    f.oid::regprocedure::text as object,
    format(
        'does what its owner %s may, and %s may execute it', f.proowner::regrole,
        case a.grantee when 0 then 'everybody' else a.grantee::regrole::text end
    ) as detail,
    format(
        'revoke execute on routine %s from %s;', f.oid::regprocedure,
        case a.grantee when 0 then 'public' else a.grantee::regrole::text end
    ) as remedy
from functions as f
inner join pg_proc as p on f.oid = p.oid
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
left join pg_roles as r on a.grantee = r.oid
where
    a.privilege_type = 'EXECUTE'
    and a.grantee <> f.proowner
    and r.rolsuper is not true
    -- Of what the API's role may execute, definer_rights speaks.
    and not has_function_privilege('rowlock_api', f.oid, 'execute')
union all
-- A trigger runs its function whoever may execute it.
select
    format('%I on %s', t.tgname, t.tgrelid::regclass),
    format(
        'runs %s with the rights of %s for whoever writes', f.oid::regprocedure,
        f.proowner::regrole
    ),
    format('alter routine %s security invoker;', f.oid::regprocedure)
from functions as f
inner join pg_trigger as t on f.oid = t.tgfoid
inner join pg_class as c on t.tgrelid = c.oid
where
    not t.tgisinternal
    and t.tgparentid = 0
    -- Of these, definer_rights speaks.
    and c.relnamespace not in (to_regnamespace('app'), to_regnamespace('trail'))
