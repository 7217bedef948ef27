-- No function but the server's own, as it came, is trusted with rows that a policy hides.
select
    p.oid::regprocedure::text as object,
    'is LEAKPROOF: the planner may call it on rows that a policy hides' as detail,
    format('alter function %s not leakproof;', p.oid::regprocedure) as remedy
from pg_proc as p
where
    p.proleakproof
    -- An extension's functions are installed by whoever runs the server, who can do anything.
    and not exists (
        select from pg_depend as d
        where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
    )
    -- The server's own are leakproof where they only compare or cast, and a few others. A row that
    -- initdb wrote keeps its transaction, the first; a grant rewrites it as well.
    and not (
        p.oid < 16384
        and (p.xmin::text = '1' or p.proacl is not null)
        and (
            p.proname ~ '(_larger|_smaller|_pattern_[gl][et])$'
            or p.proname in (
                'crc32', 'crc32c', 'gen_random_uuid', 'md5', 'sha224', 'sha256', 'sha384',
                'sha512', 'starts_with', 'uuid_extract_timestamp', 'uuid_extract_version'
            )
            or p.oid in (
                select o.oprcode from pg_operator as o
                where o.oprresult = 'boolean'::regtype
            )
            or p.oid in (select s.amproc from pg_amproc as s)
            or p.oid in (select k.castfunc from pg_cast as k)
        )
    )
