-- trigger_facts: every trigger and rule, and the trail's tables that TRUNCATE can empty.
create or replace view rowlock.trigger_facts as
select
    t.file,
    concat_ws(
        ' ',
        replace(pg_get_triggerdef(g.oid), t.oid::regclass::text, t.name),
        g.tgenabled,
        -- No other fact records the definition of a function of another schema.
        case
            when f.oid not in (select d.oid from rowlock.described_functions as d)
                then pg_get_functiondef(f.oid)
        end
    ) as fact
from pg_trigger as g
inner join rowlock.described_tables as t on g.tgrelid = t.oid
inner join pg_proc as f on g.tgfoid = f.oid
-- A partition's trigger follows its parent's.
where not g.tgisinternal and g.tgparentid = 0
union all
select
    t.file,
    format('%s can be emptied', t.oid::regclass)
from rowlock.described_tables as t
where
    t.file = 'trail/*.sql'
    and not exists (
        select from pg_trigger as g
        where g.tgrelid = t.oid and g.tgtype & 32 > 0 and g.tgenabled = 'O'
    )
union all
select
    t.file,
    pg_get_ruledef(r.oid)
from pg_rewrite as r
inner join rowlock.described_tables as t on r.ev_class = t.oid;
comment on view rowlock.trigger_facts is
'Every trigger and rule of a table, and the tables of the trail that TRUNCATE can empty.';
