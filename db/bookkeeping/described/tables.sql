-- described_tables: the tables of schemas app and trail, and the file that describes each.
create or replace view rowlock.described_tables as
select
    c.oid,
    c.relname,
    c.relowner,
    c.relacl,
    c.relrowsecurity,
    c.relforcerowsecurity,
    -- Partitions are created and dropped each month. They share one name, so that the facts about
    -- them stay the same as long as all of them are alike.
    case when c.relispartition then 'a partition' else c.relname end as name,
    case n.nspname when 'app' then c.relname || '.sql' else 'trail/*.sql' end as file
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where n.nspname in ('app', 'trail') and c.relkind in ('r', 'p');
comment on view rowlock.described_tables is
'The tables of schemas app and trail, each with the file that describes it.';
