-- A function that runs with its owner's rights looks names up where its owner says.
select
    p.oid::regprocedure::text as object,
    'is SECURITY DEFINER and pins no search_path: its caller decides what its names mean'
        as detail,
    format('alter routine %s set search_path = pg_catalog, pg_temp;', p.oid::regprocedure)
        as remedy
from pg_proc as p
where
    p.prosecdef
    and p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    and not exists (
        select from unnest(p.proconfig) as c (entry)
        where c.entry like 'search\_path=%'
    )
    -- A body that was parsed when it was created has no names left to look up.
    and pg_get_function_sqlbody(p.oid) is null
    -- An extension's functions are installed by whoever runs the server, who can do anything.
    and not exists (
        select from pg_depend as d
        where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
    )
