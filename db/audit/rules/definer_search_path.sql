-- The search path of a SECURITY DEFINER function has only schemas where only its owner can create.
with paths (oid, entry) as (
    select
        p.oid,
        (
            select substr(c.entry, length('search_path=') + 1)
            from unnest(p.proconfig) as c (entry)
            where c.entry like 'search\_path=%'
        )
    from pg_proc as p
    where
        p.prosecdef
        and p.oid >= 16384 -- objects that initdb created have a smaller oid
        -- A body in standard SQL (prosqlbody) was parsed at creation: no name is looked up later.
        and pg_get_function_sqlbody(p.oid) is null
),

schemas (oid, name) as (
    select
        p.oid,
        case
            when m.words[1] like '"%'
                then replace(substr(m.words[1], 2, length(m.words[1]) - 2), '""', '"')
            else lower(m.words[1])
        end
    from paths as p
    -- A quoted name may contain a comma.
    cross join lateral regexp_matches(p.entry, '"(?:[^"]|"")+"|[^",\s]+', 'g') as m (words)
)

select
    p.oid::regprocedure::text as object,
    'is SECURITY DEFINER and sets no search_path: its caller decides which objects its names find'
        as detail,
    format('alter routine %s set search_path = pg_catalog, pg_temp;', p.oid::regprocedure)
        as remedy
from paths as p
where p.entry is null
union all
select
    p.oid::regprocedure::text,
    format(
        'is SECURITY DEFINER and looks names up in schema %s, where others can create: '
        'they decide which objects its names find',
        string_agg(quote_ident(s.name), ', ' order by s.name)
    ),
    format('alter routine %s set search_path = pg_catalog, pg_temp;', p.oid::regprocedure)
from paths as p
inner join schemas as s on p.oid = s.oid
left join pg_namespace as n on s.name = n.nspname
where
    s.name not in ('pg_catalog', 'pg_temp')
    and (
        -- Schema public always counts, because objects of many roles are usually created there.
        s.name in ('public', '$user')
        or exists (
            select from aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
            inner join pg_proc as f on f.oid = p.oid
            left join pg_roles as r on a.grantee = r.oid
            where
                a.privilege_type = 'CREATE'
                and a.grantee not in (n.nspowner, f.proowner)
                and r.rolsuper is not true
        )
    )
group by p.oid
