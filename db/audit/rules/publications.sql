-- No publication carries users' rows out of the database.
-- level: warning
select
    format('publication %I', p.pubname) as object,
    'carries every table, with every user''s rows, to whoever subscribes' as detail,
    format('drop publication %I;', p.pubname) as remedy
from pg_publication as p
where p.puballtables
union all
select
    format('publication %I', p.pubname),
    format('carries every user''s rows of %s to whoever subscribes', r.prrelid::regclass),
    -- Without ONLY a child that is not published would be an error.
    format('alter publication %I drop table only %s;', p.pubname, r.prrelid::regclass)
from pg_publication as p
inner join pg_publication_rel as r on p.oid = r.prpubid
inner join pg_class as c on r.prrelid = c.oid
where
    c.relnamespace = to_regnamespace('app')
    -- A partition, or another child, wherever it is.
    or exists (
        select from pg_inherits as i
        inner join pg_class as f on i.inhparent = f.oid
        where i.inhrelid = c.oid and f.relnamespace = to_regnamespace('app')
    )
union all
-- Since Postgres 15 a publication can carry a whole schema.
select distinct
    format('publication %I', t.pubname),
    'carries schema app, with every user''s rows, to whoever subscribes',
    format('alter publication %I drop tables in schema app;', t.pubname)
from pg_publication_tables as t
inner join pg_publication as p on t.pubname = p.pubname and not p.puballtables
where
    t.schemaname = 'app'
    and not exists (
        select from pg_publication_rel as r
        inner join pg_class as c on r.prrelid = c.oid
        where
            r.prpubid = p.oid
            and c.relname = t.tablename
            and c.relnamespace = to_regnamespace('app')
    )
