-- roles: the attributes of each role, and every path to a role that bypasses policies.
create view audit.roles as
with recursive edges (member, role, word) as (
    select
        m.member,
        m.roleid,
        ' -> '
    from pg_auth_members as m
    -- Since Postgres 16 a membership without the options INHERIT, SET and ADMIN has no effect.
    where
        coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
        or coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
        or m.admin_option
    union all
    -- Before Postgres 16 a role with CREATEROLE can join every role that is not a superuser.
    select
        m.oid as member,
        r.oid as role,
        ' (CREATEROLE) -> '
    from pg_roles as m
    inner join pg_roles as r on m.oid <> r.oid and not r.rolsuper
    where
        m.rolcreaterole
        and not m.rolsuper
        and current_setting('server_version_num')::int < 160000
),

around (oid, how) as (
    select
        r.oid,
        concat_ws(
            ', ',
            case when r.rolsuper then 'superuser' end,
            case when r.rolbypassrls then 'BYPASSRLS' end,
            case when r.rolreplication then 'replicates every row' end,
            case
                when
                    r.rolname in ('pg_read_server_files', 'pg_write_server_files')
                    then 'reaches the server''s files'
                when r.rolname = 'pg_execute_server_program' then 'runs programs on the server'
            end,
            case
                when
                    exists (
                        select from pg_class as c
                        where
                            c.relowner = r.oid
                            and c.relnamespace = to_regnamespace('app')
                            and c.relkind in ('r', 'p', 'f')
                    )
                    then 'owns tables of schema app'
            end
        )
    from pg_roles as r
),

paths (role, members, path) as (
    select
        oid,
        array[oid],
        quote_ident(rolname)
    from pg_roles
    union all
    select
        e.role,
        p.members || e.role,
        p.path || e.word || e.role::regrole
    from paths as p
    inner join edges as e on p.role = e.member
    where e.role <> all(p.members)
),

reaches (role, paths) as (
    select
        p.members[1],
        array_agg(format('%s (%s)', p.path, a.how) order by p.path)
    from paths as p
    inner join around as a on p.role = a.oid
    where a.how <> ''
    group by p.members[1]
)

select
    r.rolname as role,
    r.rolsuper as superuser,
    r.rolbypassrls as bypass_rls,
    r.rolcanlogin as can_login,
    r.rolcreaterole as create_role,
    r.rolcreatedb as create_db,
    r.rolreplication as replication,
    coalesce(p.paths, '{}') as reaches
from pg_roles as r
left join reaches as p on r.oid = p.role
where
    r.rolname !~ '^pg_'
    or exists (
        select from pg_auth_members as m
        where m.roleid = r.oid and m.member::regrole::text !~ '^pg_'
    );

comment on view audit.roles is
'The attributes of each role, and every path to a role that bypasses policies.';
comment on column audit.roles.role is
'The role. Predefined roles (pg_…) are listed only if another role is a member.';
comment on column audit.roles.superuser is 'Whether nothing is refused to it.';
comment on column audit.roles.bypass_rls is 'Whether no policy holds for it.';
comment on column audit.roles.can_login is 'Whether it can connect.';
comment on column audit.roles.create_role is
'Whether it may create roles; before Postgres 16 it can join almost every role.';
comment on column audit.roles.create_db is 'Whether it may create databases.';
comment on column audit.roles.replication is 'Whether it may stream every change of every row.';
comment on column audit.roles.reaches is
'Each path, a -> b -> c, to a role that bypasses policies, and how it does; empty: none.';
