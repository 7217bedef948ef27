-- Only the owner of schema app and superusers can create objects in the API's search path.
with trusted (oid) as (
    -- The bootstrap superuser (oid 10) owns the catalogue, even if it is no longer a superuser.
    select r.oid
    from pg_roles as r
    where r.rolsuper or r.oid = 10
    union
    select n.nspowner from pg_namespace as n
    where n.nspname = 'app'
    union
    -- The only member of pg_database_owner is the owner of the database.
    select r.oid
    from pg_roles as r
    inner join pg_database as d on d.datname = current_database()
    inner join pg_roles as o on d.datdba = o.oid
    where
        r.rolname = 'pg_database_owner'
        and (
            o.rolsuper
            or o.oid in (
                select n.nspowner from pg_namespace as n
                where n.nspname = 'app'
            )
        )
),

-- A setting stored for the role in this database overrides one stored for the role or the database.
stored (entry) as (
    select substr(c.entry, length('search_path=') + 1)
    from pg_db_role_setting as s
    left join pg_database as d on s.setdatabase = d.oid
    cross join unnest(s.setconfig) as c (entry)
    where
        c.entry like 'search\_path=%'
        and (s.setrole = 0 or s.setrole = to_regrole('rowlock_api'))
        and (s.setdatabase = 0 or d.datname = current_database())
    order by s.setrole <> 0 desc, s.setdatabase <> 0 desc
    limit 1
),

chosen (entry) as (
    select coalesce((select s.entry from stored as s), '"$user", public')
    union all
    -- The options in DATABASE_URL override both. Only a session of rowlock_api shows them.
    select p.reset_val
    from pg_settings as p
    cross join pg_stat_get_activity(pg_backend_pid()) as a
    where p.name = 'search_path' and a.usesysid = to_regrole('rowlock_api')
),

-- A quoted name may contain a comma.
path (name) as (
    select
        case
            when m.words[1] in ('"$user"', '$user') then 'rowlock_api'
            when m.words[1] like '"%'
                then replace(substr(m.words[1], 2, length(m.words[1]) - 2), '""', '"')
            else lower(m.words[1])
        end
    from chosen as c
    cross join lateral regexp_matches(c.entry, '"(?:[^"]|"")+"|[^",\s]+', 'g') as m (words)
    union
    select 'pg_catalog'
),

schemas (name, owner, acl) as (
    select
        p.name,
        n.nspowner,
        coalesce(n.nspacl, acldefault('n', n.nspowner))
    from path as p
    inner join pg_namespace as n on p.name = n.nspname
)

select
    format('schema %s', quote_ident(s.name)) as object,
    format(
        'is where names in the API''s statements are looked up, and belongs to %s',
        s.owner::regrole
    ) as detail,
    format('alter schema %I owner to current_user;', s.name) as remedy
from schemas as s
where s.owner not in (select t.oid from trusted as t)
union all
select
    format('schema %s', quote_ident(s.name)),
    format(
        'is where names in the API''s statements are looked up, and %s can create there',
        case a.grantee when 0 then 'everybody' else a.grantee::regrole::text end
    ),
    format(
        'revoke create on schema %I from %s;',
        s.name, case a.grantee when 0 then 'public' else a.grantee::regrole::text end
    )
from schemas as s
cross join lateral aclexplode(s.acl) as a
where
    a.privilege_type = 'CREATE'
    and a.grantee <> s.owner
    and a.grantee not in (select t.oid from trusted as t)
union all
-- A missing schema can be created by every role with CREATE on the database.
select
    format('schema %s', quote_ident(p.name)),
    format(
        'is where names in the API''s statements are looked up, and %s can create it',
        case a.grantee when 0 then 'everybody' else a.grantee::regrole::text end
    ),
    format(
        'revoke create on database %I from %s;',
        d.datname, case a.grantee when 0 then 'public' else a.grantee::regrole::text end
    )
from path as p
inner join pg_database as d on d.datname = current_database()
cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
where
    to_regnamespace(quote_ident(p.name)) is null
    and a.privilege_type = 'CREATE'
    and a.grantee not in (select t.oid from trusted as t)
