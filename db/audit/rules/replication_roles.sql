-- No login role except superusers and the owner can replicate the whole server.
-- level: warning
select
    r.oid::regrole::text as object,
    'can log in and has REPLICATION: it may copy every row of every database' as detail,
    format('alter role %s noreplication;', r.oid::regrole) as remedy
from pg_roles as r
inner join pg_namespace as n on n.nspname = 'rowlock' and r.oid <> n.nspowner
-- The check role_attributes covers the API's role.
where r.rolreplication and r.rolcanlogin and not r.rolsuper and r.rolname <> 'rowlock_api'
