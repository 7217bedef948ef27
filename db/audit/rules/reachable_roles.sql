-- No login role except the owner can act as a role that bypasses policies or grants.
-- level: warning
with targets (oid, word) as (
    select
        r.oid,
        case
            when r.rolsuper then 'is a superuser'
            when r.rolbypassrls then 'has BYPASSRLS'
            when r.rolreplication then 'has REPLICATION and may copy every row'
            when
                exists (
                    select from pg_namespace as n
                    where n.nspname = 'rowlock' and n.nspowner = r.oid
                )
                then 'owns every table and may switch its policies off'
            when r.rolname = 'rowlock_api' then 'can be bound to any user'
            when r.rolname in ('pg_read_all_data', 'pg_write_all_data')
                then 'needs no grant on any table, though policies apply to it'
            when
                r.rolname in (
                    'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'
                )
                then 'reaches the server''s files'
            when r.rolname in ('pg_monitor', 'pg_read_all_stats')
                then 'reads the statements of other sessions, which contain users'' data'
            when r.rolname = 'pg_signal_backend' then 'ends the sessions of others'
            when r.rolname = 'pg_maintain' then 'locks and rewrites every table'
            when r.rolname = 'pg_create_subscription' then 'lets another server write rows'
            -- All other predefined roles, including those of future versions.
            when r.oid < 16384 and r.rolname ~ '^pg_' and r.rolname <> 'pg_database_owner'
                then 'has rights over the whole server'
        end
    from pg_roles as r
)

select
    m.member::text as object,
    format('can act as %s, which %s', m.role, t.word) as detail,
    coalesce(g.remedy, format('alter role %s nocreaterole;', m.member)) as remedy
from audit.memberships as m
inner join targets as t on m.role = t.oid and t.word is not null
inner join pg_roles as l on m.member = l.oid
inner join pg_namespace as n on n.nspname = 'rowlock' and m.member <> n.nspowner
-- The memberships through which the role reaches the target; none if it uses CREATEROLE.
left join lateral (
    select
        string_agg(
            format(
                'revoke %s from %s%s cascade;', a.roleid::regrole, m.member,
                -- Since Postgres 16 each grantor's grant is revoked separately.
                case
                    when current_setting('server_version_num')::int >= 160000
                        then format(' granted by %s', a.grantor::regrole)
                    else ''
                end
            ),
            ' '
        ) as remedy
    from pg_auth_members as a
    inner join audit.memberships as f on a.roleid = f.member and m.role = f.role
    where a.member = m.member
) as g on true
where
    -- Attributes (is …, has …) need SET ROLE; privileges are also inherited.
    (m.acts or (m.inherits and t.word !~ '^(is|has)'))
    and m.member <> m.role
    and l.rolcanlogin
    and not (l.rolsuper or l.rolbypassrls)
    -- The roles that pg_monitor is a member of are reported once, as pg_monitor.
    and not exists (
        select from pg_auth_members as a
        inner join pg_roles as p on a.member = p.oid and p.rolname = 'pg_monitor'
        inner join audit.memberships as f on p.oid = f.role and m.member = f.member
        where a.roleid = m.role
    )
    -- The checks role_bypass and role_membership cover the API's role.
    and l.rolname <> 'rowlock_api'
