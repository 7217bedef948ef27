-- The API's role has no privilege outside the schemas app and rowlock, where no policy is checked.
with recursive views as (
    select
        c.oid,
        c.oid as reads
    from pg_class as c
    where
        c.relnamespace = to_regnamespace('app')
        and c.relkind = 'v'
        and (
            has_any_column_privilege('rowlock_api', c.oid, 'select, insert, update')
            or has_table_privilege('rowlock_api', c.oid, 'delete')
        )
        -- A view with security_invoker is left out: the query below finds the relations that it
        -- reads.
        and not coalesce(
            c.reloptions && array['security_invoker=true', 'security_invoker=on'], false
        )
    union
    select
        v.oid,
        d.refobjid
    from views as v
    inner join pg_rewrite as w on v.reads = w.ev_class
    inner join pg_depend as d
        on
            w.oid = d.objid
            and d.classid = 'pg_rewrite'::regclass
            and d.refclassid = 'pg_class'::regclass
),

held (object, detail, remedy) as (
    select
        v.oid::regclass::text,
        format(
            'shows %s with its owner''s rights, and no check covers its rows', c.oid::regclass
        ),
        format('revoke all on %s from rowlock_api, public;', v.oid::regclass)
    from views as v
    inner join pg_class as c on v.reads = c.oid
    inner join pg_namespace as n on c.relnamespace = n.oid
    -- The check definer_rights covers views of users' rows and of the trail.
    where c.relkind in ('r', 'p', 'm', 'f') and n.nspname not in ('app', 'trail')
    union all
    select
        c.oid::regclass::text,
        'can be used, and no check covers its rows',
        format('revoke all on %s from rowlock_api, public;', c.oid::regclass)
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    where
        c.relkind in ('r', 'p', 'v', 'm', 'f')
        and c.oid >= 16384 -- objects that initdb created have a smaller oid
        and n.nspname not in ('app', 'rowlock')
        and (
            has_any_column_privilege('rowlock_api', c.oid, 'select, insert, update')
            or has_table_privilege('rowlock_api', c.oid, 'delete, truncate')
        )
        -- A relation that an extension created, such as pg_stat_statements, has the grants of the
        -- extension's script and no users' rows. But `alter extension … add` can make any relation
        -- a member.
        and not (
            exists (
                select from pg_depend as d
                where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e'
            )
            -- The same condition as in db/audit/rules/rows_elsewhere.sql. A shared view would need
            -- one more grant to rowlock_api, the role that runs this check.
            and not exists (
                select from pg_attribute as a
                where
                    a.attrelid = c.oid
                    and a.attnum > 0
                    and a.atttypid <> 'oid'::regtype
                    and lower(replace(a.attname, '_', '')) = 'userid'
            )
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
