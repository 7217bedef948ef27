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
    case
        when g.granted is null then format('alter role %s nocreaterole;', m.member)
        else format('revoke %s from %s;', g.granted, m.member)
    end as remedy
from audit.memberships as m
inner join pg_roles as r on m.role = r.oid
inner join pg_roles as l on m.member = l.oid
inner join pg_namespace as n on n.nspname = 'rowlock' and m.member <> n.nspowner
-- Whatever was granted to it that leads there; nothing, where it may grant itself a role.
left join lateral (
    select string_agg(distinct a.roleid::regrole::text, ', ') as granted
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
