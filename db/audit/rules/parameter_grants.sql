-- Only superusers can disable triggers; the API's role and PUBLIC set no superuser parameter.
select
    p.parameter as object,
    format('%s is granted to %s', g.privilege_type, grantee.name) as detail,
    format(
        'revoke %s on parameter %s from %s;', g.privilege_type,
        (
            select string_agg(quote_ident(parts.part), '.' order by parts.n)
            from unnest(string_to_array(p.parameter, '.')) with ordinality as parts (part, n)
        ),
        grantee.name
    ) as remedy
from audit.parameter_grants() as p
cross join aclexplode(p.acl) as g
left join pg_settings as s on p.parameter = lower(s.name)
left join pg_roles as r on g.grantee = r.oid
cross join
    lateral (
        select case g.grantee when 0 then 'public' else g.grantee::regrole::text end as name
    ) as grantee
where
    not coalesce(r.rolsuper, false)
    -- Every role can set these parameters without a grant.
    and not (g.privilege_type = 'SET' and coalesce(s.context, '') = 'user')
    and (g.grantee in (0, to_regrole('rowlock_api')) or p.parameter = 'session_replication_role')
