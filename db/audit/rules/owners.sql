-- The database and schema public belong to the role that migrates, or to a superuser.
-- level: warning
with owned (object, owner, rights, remedy) as (
    select
        format('database %I', d.datname),
        d.datdba,
        'can store settings for every session, and drop it',
        format('alter database %I owner to %%s;', d.datname)
    from pg_database as d
    where d.datname = current_database()
    union all
    select
        'schema public',
        n.nspowner,
        'can drop and replace the objects of others there',
        'alter schema public owner to %s;'
    from pg_namespace as n
    where n.nspname = 'public'
)

select
    o.object,
    format('is owned by %s, which %s', o.owner::regrole, o.rights) as detail,
    format(o.remedy, n.nspowner::regrole) as remedy
from owned as o
inner join pg_roles as r on o.owner = r.oid
inner join pg_namespace as n on n.nspname = 'rowlock'
where
    not r.rolsuper
    -- Since Postgres 15 schema public belongs to pg_database_owner.
    and r.rolname <> 'pg_database_owner'
    and o.owner <> n.nspowner
    -- The check ownership covers the API's role.
    and not pg_has_role('rowlock_api', o.owner, 'member')
