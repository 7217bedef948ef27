-- No function gives a login role, other than the API's, the rights of another role.
-- level: warning
with functions as (
    select
        p.oid,
        p.proowner
    from pg_proc as p
    where
        p.prosecdef
        and p.oid >= 16384 -- objects that initdb created have a smaller oid
        -- db/trail/privileges.sql grants EXECUTE on these; drift finds every other grant.
        and p.pronamespace is distinct from to_regnamespace('trail')
        -- A function that returns event_trigger cannot be called; the rule event_triggers covers
        -- it.
        and p.prorettype <> 'event_trigger'::regtype
),

-- EXECUTE is checked on an aggregate, but not on its support functions.
callable (oid, proowner, called) as (
    select
        f.oid,
        f.proowner,
        f.oid as called
    from functions as f
    union
    select
        f.oid,
        f.proowner,
        g.aggfnoid
    from functions as f
    inner join pg_aggregate as g
        on f.oid in (
            g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn,
            g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn
        )
)

select
    f.called::regprocedure::text as object,
    format(
        case
            when f.called = f.oid then 'runs with the rights of its owner %s, and %s may execute it'
            else 'runs %3$s with the rights of its owner %1$s, and %2$s may execute it'
        end,
        f.proowner::regrole,
        case a.grantee when 0 then 'everybody' else a.grantee::regrole::text end,
        f.oid::regprocedure
    ) as detail,
    format(
        'revoke execute on routine %s from %s;', f.called::regprocedure,
        case a.grantee when 0 then 'public' else a.grantee::regrole::text end
    ) as remedy
from callable as f
inner join pg_proc as p on f.called = p.oid
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
left join pg_roles as r on a.grantee = r.oid
where
    a.privilege_type = 'EXECUTE'
    and a.grantee not in (p.proowner, f.proowner)
    and r.rolsuper is not true
    -- The check definer_rights covers functions that the API's role may execute.
    and not has_function_privilege('rowlock_api', f.oid, 'execute')
    and not has_function_privilege('rowlock_api', f.called, 'execute')
union all
-- A trigger runs its function without an EXECUTE check.
select
    format('%I on %s', t.tgname, t.tgrelid::regclass),
    format(
        'runs %s with the rights of %s for every writer', f.oid::regprocedure,
        f.proowner::regrole
    ),
    format('alter routine %s security invoker;', f.oid::regprocedure)
from functions as f
inner join pg_trigger as t on f.oid = t.tgfoid
inner join pg_class as c on t.tgrelid = c.oid
where
    not t.tgisinternal
    and t.tgparentid = 0
    -- The check definer_rights covers these.
    and c.relnamespace not in (to_regnamespace('app'), to_regnamespace('trail'))
