-- A function in a policy is stable within a statement, and only the owner can replace it.
select
    p.oid::regprocedure::text as object,
    problem.detail,
    format('alter function %s %s;', p.oid::regprocedure, problem.change) as remedy
from pg_proc as p
inner join pg_namespace as n on n.nspname = 'rowlock'
cross join
    lateral (
        values
        (
            p.provolatile = 'v',
            'is called by policies and volatile: it is evaluated again for every row',
            'stable'
        ),
        (
            p.prosecdef,
            'is called by policies and runs with its owner''s rights',
            'security invoker'
        ),
        (
            p.proowner <> n.nspowner,
            format(
                'is called by policies and owned by %s, who can replace it', p.proowner::regrole
            ),
            format('owner to %s', n.nspowner::regrole)
        )
    ) as problem (present, detail, change)
where
    problem.present
    and p.pronamespace <> 'pg_catalog'::regnamespace
    and p.oid in (
        select d.refobjid
        from pg_depend as d
        inner join pg_policy as y on d.objid = y.oid and d.classid = 'pg_policy'::regclass
        inner join pg_class as c on y.polrelid = c.oid
        where
            d.refclassid = 'pg_proc'::regclass and c.relnamespace = to_regnamespace('app')
    )
