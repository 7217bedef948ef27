-- On tables of users' rows and events, all triggers fire, and there are no rules and no sequences.
select
    format('%I on %s', r.rulename, c.oid::regclass) as object,
    'is a rule: it can turn a user''s command into one to which policies do not apply' as detail,
    format('drop rule %I on %s;', r.rulename, c.oid::regclass) as remedy
from pg_rewrite as r
inner join pg_class as c on r.ev_class = c.oid
where
    c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    and c.relkind in ('r', 'p')
union all
select
    format('%I on %s', t.tgname, c.oid::regclass),
    'is a trigger that does not fire',
    format('alter table %s enable trigger %I;', c.oid::regclass, t.tgname)
from pg_trigger as t
inner join pg_class as c on t.tgrelid = c.oid
where
    c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    and t.tgenabled in ('D', 'R')
union all
select
    c.oid::regclass::text,
    'is a sequence: its numbers show a user how many rows others made',
    format('drop sequence %s cascade; -- app.new_id() makes ids', c.oid::regclass)
from pg_class as c
where
    c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    and c.relkind = 'S'
    and not exists (
        select from pg_depend as d
        where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'i'
    )
union all
select
    format('%s of %s', a.attname, c.oid::regclass),
    'is an identity column: its numbers show a user how many rows others made',
    format('alter table %s alter column %I drop identity;', c.oid::regclass, a.attname)
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
where
    c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    and a.attidentity <> ''
    and not a.attisdropped
