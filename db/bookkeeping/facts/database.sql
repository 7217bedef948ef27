-- database_facts: what rowlock_api can create outside our schemas, also by a grant to everyone.
--
-- A database that was copied or restored keeps the rows of installed_policies and loses the grants
-- on the database itself.
create or replace view rowlock.database_facts as
select
    'roles.sql' as file,
    format('%s in the database', p.privilege) as fact
from pg_roles as r
cross join unnest(array['create', 'temporary']) as p (privilege)
where
    r.rolname = 'rowlock_api'
    and has_database_privilege(r.oid, current_database(), p.privilege)
union all
select
    'roles.sql',
    'create in schema public'
from pg_roles as r
where
    r.rolname = 'rowlock_api'
    and has_schema_privilege(r.oid, to_regnamespace('public'), 'create');
comment on view rowlock.database_facts is
'What rowlock_api can create in the database and in schema public.';
