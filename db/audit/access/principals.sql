-- access_principals: whose privileges and policies a role has without SET ROLE.
create function audit.access_principals()
returns table (role oid, principal oid)
language sql stable
set search_path = pg_catalog
as $$
    select
        member::oid,
        role::oid
    from audit.memberships
    where inherits
    union all
    select
        oid,
        0
    from pg_roles
$$;
comment on function audit.access_principals() is
'Each role with itself, the roles whose privileges it inherits, and PUBLIC, which is 0.';
