-- Only the server's own functions, unchanged, are leakproof and may see rows that a policy hides.
select
    p.oid::regprocedure::text as object,
    'is LEAKPROOF: the planner may call it on rows that a policy hides' as detail,
    format('alter function %s not leakproof;', p.oid::regprocedure) as remedy
from pg_proc as p
where
    p.proleakproof
    -- A row of pg_proc that initdb wrote has the transaction id 1. A grant writes the row again,
    -- with another id. Then the LEAKPROOF functions of Postgres 14 to 18 are recognised by name,
    -- and casts by oid.
    and not (
        p.oid < 16384
        and (
            p.xmin::text = '1'
            or p.proname ~ concat(
                '^(bt)?(bool|bpchar|bytea|cash|char|circle|date|float[48]{1,2}|int[248]{1,2}|',
                'interval|lseg|macaddr8?|name|nametext|network|oid|oidvector|pg_lsn|text|',
                'textname|tid|time|timestamp|timestamptz|timetz|uuid|(var)?bit|xid8|',
                '(bpchar|text)_pattern)_?(eq|ne|lt|le|gt|ge|cmp)$'
            )
            or p.proname ~ '^(name(eq|ne|lt|le|gt|ge)text|text(eq|ne|lt|le|gt|ge)name)$'
            or p.proname ~ '^(bpchar|bytea|text)_(larger|smaller)$'
            or p.proname in (
                'cideq', 'crc32', 'crc32c', 'gen_random_uuid', 'md5', 'sha224', 'sha256', 'sha384',
                'sha512', 'starts_with', 'uuid_extract_timestamp', 'uuid_extract_version', 'xideq',
                'xideqint4', 'xidneq', 'xidneqint4'
            )
            or p.oid in (
                235, 236, 311, 313, 316, 318, 406, 407, 409, 481, 482, 652, 754, 1288, 1370, 1400,
                1401, 1740, 1742, 1743, 1781, 1782, 2557, 2558, 4123, 6367, 6368, 6369
            )
        )
    )
