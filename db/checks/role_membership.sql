-- The API's role is a member of no other role.
select distinct
    m.roleid::regrole::text as object,
    case
        when r.rolname in ('pg_read_all_data', 'pg_write_all_data')
            then
                'gives access to every table without a grant; '
                'it does not bypass row-level security'
        else 'gives the API''s role rights that no policy file names'
    end as detail,
    format('revoke %s from rowlock_api;', m.roleid::regrole) as remedy
from pg_auth_members as m
inner join pg_roles as r on m.roleid = r.oid
where m.member = to_regrole('rowlock_api')
