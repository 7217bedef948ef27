-- No function but the server's own is trusted with rows that a policy hides.
select
    p.oid::regprocedure::text as object,
    'is LEAKPROOF: the planner may call it on rows that a policy hides' as detail,
    format('alter function %s not leakproof;', p.oid::regprocedure) as remedy
from pg_proc as p
where
    p.proleakproof
    and p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    -- An extension's functions are installed by whoever runs the server, who can do anything.
    and not exists (
        select from pg_depend as d
        where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
    )
