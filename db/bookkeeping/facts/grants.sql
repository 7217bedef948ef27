-- grant_facts: every privilege that was granted in our schemas.
create or replace view rowlock.grant_facts as
with objects (file, object, acl) as (
    select
        file,
        format('schema %s', nspname),
        nspacl
    from rowlock.described_schemas
    union all
    select
        s.file,
        c.oid::regclass::text,
        c.relacl
    from rowlock.described_schemas as s
    inner join pg_class as c on s.oid = c.relnamespace
    where s.nspname <> 'app'
    union all
    select
        s.file,
        format('%s.%s', c.oid::regclass, a.attname),
        a.attacl
    from rowlock.described_schemas as s
    inner join pg_class as c on s.oid = c.relnamespace
    inner join pg_attribute as a on c.oid = a.attrelid
    where s.nspname <> 'app'
    union all
    select
        file,
        name,
        relacl
    from rowlock.described_tables
    union all
    select
        t.file,
        format('%s.%s', t.name, a.attname),
        a.attacl
    from rowlock.described_tables as t
    inner join pg_attribute as a on t.oid = a.attrelid
    union all
    select
        file,
        oid::regprocedure::text,
        coalesce(proacl, acldefault('f', proowner))
    from rowlock.described_functions
)

select
    o.file,
    concat_ws(
        ' ', o.object, a.grantee::regrole, a.privilege_type,
        case when a.is_grantable then 'with grant option' end
    ) as fact
from objects as o
cross join lateral aclexplode(o.acl) as a;
comment on view rowlock.grant_facts is
'Every privilege on the schemas, relations, columns and functions of Rowlock.';
