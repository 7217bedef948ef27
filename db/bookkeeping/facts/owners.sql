-- owner_facts: what belongs to another role than the owner of schema rowlock, who migrates.
create or replace view rowlock.owner_facts as
with objects (file, object, owner) as (
    select
        file,
        nspname,
        nspowner
    from rowlock.described_schemas
    union all
    select
        s.file,
        c.relname,
        c.relowner
    from rowlock.described_schemas as s
    inner join pg_class as c on s.oid = c.relnamespace
    where s.nspname <> 'app' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select
        file,
        relname,
        relowner
    from rowlock.described_tables
    union all
    select
        file,
        proname,
        proowner
    from rowlock.described_functions
)

select
    o.file,
    format('%s is owned by %s', o.object, o.owner::regrole) as fact
from objects as o
inner join pg_namespace as n on n.nspname = 'rowlock' and o.owner <> n.nspowner;
comment on view rowlock.owner_facts is
'The objects of Rowlock that belong to another role than the owner of schema rowlock.';
