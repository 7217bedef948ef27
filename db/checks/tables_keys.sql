-- Every key of every table of schema app leads with user_id, and so does an index.
with tables as (
    select
        c.oid,
        a.attnum as user_id
    from pg_class as c
    left join pg_attribute as a on c.oid = a.attrelid and a.attname = 'user_id'
    where c.relnamespace = to_regnamespace('app') and c.relkind in ('r', 'p')
)

select
    t.oid::regclass::text as object,
    'has no primary key' as detail,
    format('alter table %s add primary key (user_id, id);', t.oid::regclass) as remedy
from tables as t
where
    not exists (
        select from pg_index as i
        where i.indrelid = t.oid and i.indisprimary
    )
union all
select
    format('%I on %s', k.conname, t.oid::regclass),
    'is a foreign key that does not lead with user_id: it shows a user another''s row',
    format('alter table %s drop constraint %I;', t.oid::regclass, k.conname)
from tables as t
inner join pg_constraint as k on t.oid = k.conrelid
where k.contype = 'f' and k.conkey[1] is distinct from t.user_id
union all
select
    i.indexrelid::regclass::text,
    format(
        'is a unique key of %s that does not lead with user_id: a violation shows a user '
        'another''s row', t.oid::regclass
    ),
    case
        when k.contype = 'x'
            then format('alter table %s drop constraint %I;', t.oid::regclass, k.conname)
        when k.contype is null then format('drop index %s;', i.indexrelid::regclass)
        else
            format(
                'alter table %s drop constraint %I, add %s (user_id, %s);',
                t.oid::regclass, k.conname,
                case k.contype when 'p' then 'primary key' else 'unique' end,
                (
                    select string_agg(quote_ident(a.attname), ', ' order by c.place)
                    from unnest(k.conkey) with ordinality as c (attnum, place)
                    inner join pg_attribute as a on t.oid = a.attrelid and c.attnum = a.attnum
                    where a.attname <> 'user_id'
                )
            )
    end
from tables as t
inner join pg_index as i on t.oid = i.indrelid
left join pg_constraint as k on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
where (i.indisunique or i.indisexclusion) and i.indkey[0] is distinct from t.user_id
union all
select
    t.oid::regclass::text,
    'has no index that leads with user_id: every query reads the whole table',
    format('create index on %s (user_id);', t.oid::regclass)
from tables as t
where
    not exists (
        select from pg_index as i
        where i.indrelid = t.oid and i.indisvalid and i.indpred is null and i.indkey[0] = t.user_id
    )
