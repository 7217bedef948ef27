-- Only the owner of users' rows and events has privileges on them to which policies do not apply.
with held (oid, grantee, privilege) as (
    select
        c.oid,
        a.grantee,
        a.privilege_type
    from pg_class as c
    cross join lateral aclexplode(c.relacl) as a
    where
        c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
        and c.relkind in ('r', 'p', 'f')
        and a.grantee <> c.relowner
    union
    select
        c.oid,
        a.grantee,
        a.privilege_type
    from pg_class as c
    inner join pg_attribute as t on c.oid = t.attrelid
    cross join lateral aclexplode(t.attacl) as a
    where
        c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
        and c.relkind in ('r', 'p', 'f')
        and not t.attisdropped
        and a.grantee <> c.relowner
)

select
    oid::regclass::text as object,
    format('%s is granted to %s: no policy applies to it', privilege, grantee::regrole) as detail,
    -- A revoke on the table also revokes the grants on its columns.
    format('revoke %s on %s from %s cascade;', privilege, oid::regclass, grantee::regrole)
        as remedy
from held
where
    privilege in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
    -- The check privileges covers the API's role and PUBLIC.
    and grantee not in (0, coalesce(to_regrole('rowlock_api')::oid, 0))
