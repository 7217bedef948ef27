-- role_facts: attributes, memberships and settings of the four roles.
create or replace view rowlock.role_facts as
with roles as (
    select *
    from pg_roles
    where
        rolname in ('rowlock_api', 'rowlock_auditor', 'rowlock_recorder', 'rowlock_retention')
)

select
    'roles.sql' as file,
    concat_ws(
        ' ', rolname, rolsuper, rolbypassrls, rolreplication, rolcreaterole, rolcreatedb,
        rolcanlogin
    ) as fact
from roles
union all
select
    'roles.sql',
    format('%s is a member of %s', r.rolname, m.roleid::regrole)
from pg_auth_members as m
inner join roles as r on m.member = r.oid
union all
select
    'roles.sql',
    format('setting %s', unnest(d.setconfig))
from pg_db_role_setting as d
inner join roles as r on d.setrole = r.oid
inner join pg_database as b on d.setdatabase in (0, b.oid) and b.datname = current_database()
where r.rolname = 'rowlock_api';
comment on view rowlock.role_facts is
'Attributes, memberships and settings of the roles that roles.sql describes.';
