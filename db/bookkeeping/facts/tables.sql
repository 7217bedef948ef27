-- table_facts: row-level security of each table, and the constraints of the trail's tables.
create or replace view rowlock.table_facts as
select
    file,
    format('%s: row security %s, forced %s', name, relrowsecurity, relforcerowsecurity) as fact
from rowlock.described_tables
union all
-- The trail's tables must refuse wrong rows from every role, so their constraints are facts too.
-- db/trail/constraints.sql restores those of app.events as well.
select
    'trail/*.sql',
    format('%s.%s may be null', t.name, a.attname)
from rowlock.described_tables as t
inner join pg_attribute as a on t.oid = a.attrelid
where
    t.file in ('events.sql', 'trail/*.sql')
    and a.attnum > 0 and not a.attisdropped and not a.attnotnull
union all
select
    'trail/*.sql',
    concat_ws(' ', t.name, k.conname, pg_get_constraintdef(k.oid), k.convalidated)
from rowlock.described_tables as t
inner join pg_constraint as k on t.oid = k.conrelid
where t.file in ('events.sql', 'trail/*.sql') and k.contype = 'c';
comment on view rowlock.table_facts is
'Row-level security of each table, and the constraints of the tables of the trail.';
