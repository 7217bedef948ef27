-- Nobody is a member of pg_read_all_data or pg_write_all_data, but for superusers and the owner.
-- level: warning
select distinct
    m.member::regrole::text as object,
    format(
        'is a member of %s, which undoes every grant; policies still hold', m.roleid::regrole
    ) as detail,
    format('revoke %s from %s;', m.roleid::regrole, m.member::regrole) as remedy
from pg_auth_members as m
inner join pg_roles as r on m.member = r.oid
inner join pg_namespace as n on n.nspname = 'rowlock' and m.member <> n.nspowner
where
    m.roleid in (to_regrole('pg_read_all_data'), to_regrole('pg_write_all_data'))
    and not r.rolsuper
    -- The check role_membership speaks of the API's role.
    and r.rolname <> 'rowlock_api'
