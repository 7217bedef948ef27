-- Nobody who can log in can become a role that goes around row-level security, but for the owner.
-- level: warning
select
    m.member::text as object,
    format(
        'can become %s, which %s', m.role,
        case
            when r.rolsuper then 'is a superuser'
            when r.rolbypassrls then 'has BYPASSRLS'
            else 'reaches the server''s files'
        end
    ) as detail,
    coalesce(g.remedy, format('alter role %s nocreaterole;', m.member)) as remedy
from audit.memberships as m
inner join pg_roles as r on m.role = r.oid
inner join pg_roles as l on m.member = l.oid
inner join pg_namespace as n on n.nspname = 'rowlock' and m.member <> n.nspowner
-- Whatever was granted to it that leads there; nothing, where it may grant itself a role.
left join lateral (
    select
        string_agg(
            format(
                'revoke %s from %s%s cascade;', a.roleid::regrole, m.member,
                -- Since Postgres 16 each grantor's grant is one of its own.
                case
                    when current_setting('server_version_num')::int >= 160000
                        then format(' granted by %s', a.grantor::regrole)
                    else ''
                end
            ),
            ' '
        ) as remedy
    from pg_auth_members as a
    inner join audit.memberships as f on a.roleid = f.member and m.role = f.role and f.acts
    where a.member = m.member
) as g on true
where
    m.acts
    and m.member <> m.role
    and (
        r.rolsuper
        or r.rolbypassrls
        or r.rolname in (
            'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'
        )
    )
    and l.rolcanlogin
    and not (l.rolsuper or l.rolbypassrls)
    -- The check role_bypass speaks of the API's role.
    and l.rolname <> 'rowlock_api'
