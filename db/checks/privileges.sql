-- The API's role has no privilege to which policies do not apply, and cannot write user_id.
with tables as (
    select
        oid,
        relacl
    from pg_class
    where relnamespace = to_regnamespace('app') and relkind in ('r', 'p')
),

held (oid, privilege, clause) as (
    select
        t.oid,
        p.privilege,
        p.clause
    from tables as t
    cross join (
        values ('truncate', 'truncate'), ('references', 'references'), ('trigger', 'trigger')
    ) as p (privilege, clause)
    where has_table_privilege('rowlock_api', t.oid, p.privilege)
    union
    -- Every privilege of PUBLIC, and MAINTAIN of rowlock_api. has_table_privilege() cannot be used
    -- for MAINTAIN, because before Postgres 17 this name is an error.
    select
        t.oid,
        lower(a.privilege_type) || case a.grantee when 0 then ' for everyone' else '' end,
        lower(a.privilege_type)
    from tables as t
    cross join lateral aclexplode(t.relacl) as a
    where
        a.grantee = 0
        or (a.privilege_type = 'MAINTAIN' and a.grantee = to_regrole('rowlock_api'))
    union
    -- A grant on the table includes the column, and only a revoke on the table removes it.
    select
        t.oid,
        p.privilege || ' of user_id',
        case
            when has_table_privilege('rowlock_api', t.oid, p.privilege) then p.privilege
            else p.privilege || ' (user_id)'
        end
    from tables as t
    inner join pg_attribute as a on t.oid = a.attrelid and a.attname = 'user_id'
    cross join unnest(array['insert', 'update', 'references']) as p (privilege)
    where has_column_privilege('rowlock_api', t.oid, a.attnum, p.privilege)
)

select
    oid::regclass::text as object,
    format('%s is granted', privilege) as detail,
    format(
        'revoke %s on %s from rowlock_api, public; -- then run: rowlock migrate',
        clause, oid::regclass
    ) as remedy
from held
