-- The API's role cannot bypass row-level security, itself or through a role it is a member of.
with recursive reach (oid, path) as (
    select
        oid,
        rolname::text
    from pg_roles
    where rolname = current_user
    union
    select
        m.roleid,
        format('%s → %s', reach.path, m.roleid::regrole)
    from reach
    inner join pg_auth_members as m on reach.oid = m.member
)

select
    reach.path as object,
    case when r.rolsuper then 'is a superuser' else 'has BYPASSRLS' end as detail,
    case
        when r.rolname <> current_user
            then format('revoke %I from %I;', r.rolname, current_user)
        when r.rolsuper
            then format('alter role %I nosuperuser nobypassrls;', r.rolname)
        else format('alter role %I nobypassrls;', r.rolname)
    end as remedy
from reach
inner join pg_roles as r on reach.oid = r.oid
where r.rolsuper or r.rolbypassrls
