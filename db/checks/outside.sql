-- The API's role holds nothing outside the schemas app and rowlock, where no policy is looked for.
with held (object, detail, remedy) as (
    select
        c.oid::regclass::text,
        'can be used, and no check looks at its rows',
        format('revoke all on %s from rowlock_api, public;', c.oid::regclass)
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    where
        c.relkind in ('r', 'p', 'v', 'm', 'f')
        and n.nspname not in ('app', 'rowlock', 'pg_catalog', 'information_schema')
        and (
            has_any_column_privilege('rowlock_api', c.oid, 'select, insert, update')
            or has_table_privilege('rowlock_api', c.oid, 'delete, truncate')
        )
        -- An extension's relations are granted by whoever runs the server.
        and not exists (
            select from pg_depend as d
            where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e'
        )
    union all
    select
        format('schema %s', n.oid::regnamespace),
        'lets rowlock_api create objects in it',
        format('revoke create on schema %s from rowlock_api, public;', n.oid::regnamespace)
    from pg_namespace as n
    where has_schema_privilege('rowlock_api', n.oid, 'create')
    union all
    select
        format('database %I', b.datname),
        format('lets rowlock_api create %s in it', p.what),
        format('revoke %s on database %I from rowlock_api, public;', p.privilege, b.datname)
    from pg_database as b
    cross join (
        values ('create', 'schemas'), ('temporary', 'temporary tables')
    ) as p (privilege, what)
    where
        b.datname = current_database()
        and has_database_privilege('rowlock_api', b.oid, p.privilege)
)

select
    object,
    detail,
    remedy
from held
