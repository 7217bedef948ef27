-- A new table of schema app or trail has no grant, because only policy files grant.
select
    format(
        'tables of %s in %s', d.defaclrole::regrole,
        case d.defaclnamespace
            when 0 then 'every schema' else format('schema %s', d.defaclnamespace::regnamespace)
        end
    ) as object,
    format('will be granted to %s when they are created', g.grantee) as detail,
    format(
        'alter default privileges for role %s%s revoke all on tables from %s;',
        d.defaclrole::regrole,
        case d.defaclnamespace
            when 0 then '' else format(' in schema %s', d.defaclnamespace::regnamespace)
        end,
        g.grantee
    ) as remedy
from pg_default_acl as d
cross join
    lateral (
        select distinct case a.grantee when 0 then 'public' else a.grantee::regrole::text end
        from aclexplode(d.defaclacl) as a
        where a.grantee <> d.defaclrole
    ) as g (grantee)
where
    d.defaclobjtype = 'r'
    and d.defaclnamespace in (0, to_regnamespace('app'), to_regnamespace('trail'))
