-- The API's role cannot bypass row-level security, neither itself nor through a membership.
with recursive reach (oid, path, granted) as (
    select
        oid,
        rolname::text,
        null::oid
    from pg_roles
    where rolname = 'rowlock_api'
    union
    select
        m.roleid,
        format('%s → %s', reach.path, m.roleid::regrole),
        coalesce(reach.granted, m.roleid)
    from reach
    inner join pg_auth_members as m on reach.oid = m.member
)

select
    reach.path as object,
    case when r.rolsuper then 'is a superuser' else 'has BYPASSRLS' end as detail,
    case
        when reach.granted is not null
            then format('revoke %s from rowlock_api;', reach.granted::regrole)
        else 'alter role rowlock_api nosuperuser nobypassrls;'
    end as remedy
from reach
inner join pg_roles as r on reach.oid = r.oid
where r.rolsuper or r.rolbypassrls
