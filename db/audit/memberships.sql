-- memberships: which role can use which other role's rights, directly or through other roles.
create view audit.memberships as
with recursive edges (member, role, inherits, acts) as (
    -- Since Postgres 16 each membership has the options INHERIT and SET. A member with the ADMIN
    -- option can grant itself both.
    select
        m.member,
        m.roleid,
        coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit),
        coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) or m.admin_option
    from pg_auth_members as m
    inner join pg_roles as r on m.member = r.oid
    union all
    -- In each database, its owner is a member of pg_database_owner without a grant.
    select
        d.datdba,
        r.oid,
        true,
        false
    from pg_database as d
    inner join pg_roles as r on r.rolname = 'pg_database_owner'
    where d.datname = current_database()
    union all
    -- Before Postgres 16 a role with CREATEROLE can join every role that is not a superuser.
    select
        m.oid as member,
        r.oid as role,
        false,
        true
    from pg_roles as m
    inner join pg_roles as r on m.oid <> r.oid and not r.rolsuper
    where
        m.rolcreaterole
        and not m.rolsuper
        and current_setting('server_version_num')::int < 160000
        and r.rolname <> 'pg_database_owner'
),

walk (member, role, inherits, acts) as (
    select
        oid as member,
        oid as role,
        true,
        true
    from pg_roles
    union
    select
        w.member,
        e.role,
        w.inherits and e.inherits,
        e.acts
    from walk as w
    inner join edges as e on w.role = e.member
    where e.inherits or e.acts
)

select
    member::regrole as member,
    role::regrole as role,
    bool_or(inherits) as inherits,
    bool_or(acts) as acts
from walk
group by member, role;

comment on view audit.memberships is
'Which role can use which other role''s rights, over any number of steps; each role its own.';
comment on column audit.memberships.member is 'The role that was granted another.';
comment on column audit.memberships.role is
'The role of which it is a member, directly or through others.';
comment on column audit.memberships.inherits is
'It has that role''s privileges without SET ROLE.';
comment on column audit.memberships.acts is
'It can become that role with SET ROLE, or can grant itself that right.';
