-- Only superusers and the owner can log in and bypass row-level security.
-- level: warning
select
    r.oid::regrole::text as object,
    'can log in and has BYPASSRLS: no policy holds for it' as detail,
    format('alter role %s nobypassrls;', r.oid::regrole) as remedy
from pg_roles as r
inner join pg_namespace as n on n.nspname = 'rowlock' and r.oid <> n.nspowner
-- The check role_bypass covers the API's role.
where r.rolbypassrls and r.rolcanlogin and not r.rolsuper and r.rolname <> 'rowlock_api'
