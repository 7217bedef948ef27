-- The API's role holds no privilege that asks no policy, and cannot write user_id.
with tables as (
    select
        oid,
        relacl
    from pg_class
    where relnamespace = to_regnamespace('app') and relkind in ('r', 'p')
),

held (oid, privilege, clause, grantee) as (
    select
        t.oid,
        p.privilege,
        p.privilege,
        'rowlock_api'
    from tables as t
    cross join unnest(array['truncate', 'references', 'trigger']) as p (privilege)
    where has_table_privilege('rowlock_api', t.oid, p.privilege)
    union all
    -- A privilege of Postgres 17; the name is an error before it.
    select
        t.oid,
        'maintain',
        'maintain',
        'rowlock_api'
    from tables as t
    cross join lateral aclexplode(t.relacl) as a
    where a.privilege_type = 'MAINTAIN' and a.grantee in (0, to_regrole('rowlock_api'))
    union all
    select
        t.oid,
        p.privilege || ' of user_id',
        p.privilege || ' (user_id)',
        'rowlock_api'
    from tables as t
    inner join pg_attribute as a on t.oid = a.attrelid and a.attname = 'user_id'
    cross join unnest(array['insert', 'update', 'references']) as p (privilege)
    where has_column_privilege('rowlock_api', t.oid, a.attnum, p.privilege)
    union all
    select
        t.oid,
        lower(a.privilege_type) || ' for everyone',
        lower(a.privilege_type),
        'public'
    from tables as t
    cross join lateral aclexplode(t.relacl) as a
    where a.grantee = 0
)

select
    oid::regclass::text as object,
    format('%s is granted', privilege) as detail,
    format('revoke %s on %s from %s;', clause, oid::regclass, grantee) as remedy
from held
