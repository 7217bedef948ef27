-- No publication copies users' rows out of the database.
-- level: warning
select
    format('publication %I', p.pubname) as object,
    'carries every table, with every user''s rows, to every subscriber' as detail,
    format('drop publication %I;', p.pubname) as remedy
from pg_publication as p
where p.puballtables
union all
select
    format('publication %I', p.pubname),
    format('carries every user''s rows of %s to every subscriber', r.prrelid::regclass),
    -- Without ONLY, the statement fails if a child table is not published.
    format('alter publication %I drop table only %s;', p.pubname, r.prrelid::regclass)
from pg_publication as p
inner join pg_publication_rel as r on p.oid = r.prpubid
inner join pg_class as c on r.prrelid = c.oid
where
    c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    -- A partition or another child table, in any schema.
    or exists (
        select from pg_inherits as i
        inner join pg_class as f on i.inhparent = f.oid
        where i.inhrelid = c.oid and f.relnamespace = to_regnamespace('app')
    )
union all
-- Since Postgres 15 a publication can contain a whole schema. Older versions have no
-- pg_publication_namespace, so this query finds nothing there.
select
    format('publication %I', p.pubname),
    format(
        'carries schema %s, with every user''s rows, to every subscriber',
        n.refobjid::regnamespace
    ),
    format('alter publication %I drop tables in schema %s;', p.pubname, n.refobjid::regnamespace)
from pg_publication as p
inner join pg_depend as d on p.oid = d.refobjid and d.refclassid = 'pg_publication'::regclass
inner join pg_depend as n
    on
        d.classid = n.classid
        and d.objid = n.objid
        and n.refclassid = 'pg_namespace'::regclass
where
    d.classid = to_regclass('pg_catalog.pg_publication_namespace')
    and n.refobjid in (to_regnamespace('app'), to_regnamespace('trail'))
