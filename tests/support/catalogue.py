"""The catalogue of a database: all objects of an installation, as comparable text."""

from contextlib import closing

from sqlalchemy import URL

from tests.support.server import connect

CATALOGUE = """
with namespaces as (
    select oid, nspname, nspacl, nspowner from pg_namespace
    where nspname in ('app', 'rowlock', 'audit', 'trail')
),
relations as (
    select c.* from pg_class as c inner join namespaces as n on c.relnamespace = n.oid
    where c.relkind in ('r', 'p', 'v')
)
select format('schema %s %s', nspname, acl)
from namespaces, unnest(nspacl) as acl
union all
select format('schema %s of %s', nspname, nspowner::regrole) from namespaces
union all
select format(
    'relation %s %s rls=%s forced=%s of %s', oid::regclass, relkind, relrowsecurity,
    relforcerowsecurity, relowner::regrole
)
from relations
union all
select format('relation %s grants %s', oid::regclass, acl) from relations, unnest(relacl) as acl
union all
select format('relation %s comment %s', oid::regclass, obj_description(oid, 'pg_class'))
from relations
union all
select format('view %s %s', oid::regclass, pg_get_viewdef(oid)) from relations where relkind = 'v'
union all
select format(
    'column %s.%s %s notnull=%s default=%s generated=%s grants=%s', r.oid::regclass, a.attname,
    format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
    a.attgenerated, a.attacl
)
from relations as r
inner join pg_attribute as a on r.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef as d on a.attrelid = d.adrelid and a.attnum = d.adnum
union all
select format('constraint %s %s %s', r.oid::regclass, k.conname, pg_get_constraintdef(k.oid))
from relations as r inner join pg_constraint as k on r.oid = k.conrelid
union all
select format('index %s', pg_get_indexdef(i.indexrelid))
from relations as r inner join pg_index as i on r.oid = i.indrelid
union all
select format('rule %s', pg_get_ruledef(w.oid))
from relations as r inner join pg_rewrite as w on r.oid = w.ev_class where r.relkind <> 'v'
union all
select format('trigger %s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled)
from relations as r inner join pg_trigger as t on r.oid = t.tgrelid where not t.tgisinternal
union all
select format(
    'policy %s on %s for %s permissive=%s to %s using %s check %s', p.polname, r.oid::regclass,
    p.polcmd, p.polpermissive, p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid),
    pg_get_expr(p.polwithcheck, p.polrelid)
)
from relations as r inner join pg_policy as p on r.oid = p.polrelid
union all
select format('function %s grants %s', pg_get_functiondef(p.oid), p.proacl)
from namespaces as n inner join pg_proc as p on n.oid = p.pronamespace
union all
select format('function %s of %s', p.oid::regprocedure, p.proowner::regrole)
from namespaces as n inner join pg_proc as p on n.oid = p.pronamespace
union all
select format('function %s comment %s', p.oid::regprocedure, obj_description(p.oid, 'pg_proc'))
from namespaces as n inner join pg_proc as p on n.oid = p.pronamespace
union all
select format('role %s setting %s', r.rolname, s)
from pg_roles as r
inner join pg_db_role_setting as d on r.oid = d.setrole
inner join pg_database as b on d.setdatabase in (0, b.oid) and b.datname = current_database()
cross join unnest(d.setconfig) as s
where r.rolname like 'rowlock%'
union all
select format('installed %s %s', i.file, i.sha256) from rowlock.installed_policies as i
"""


def catalogue(url: URL) -> list[str]:
    """Every fact about Rowlock's schemas, sorted."""
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        return sorted(row[0] for row in cursor.fetchall())
