-- Users' API and PUBLIC may set no parameter that is a superuser's, as what silences triggers.
select
    p.parameter as object,
    format('%s is granted to %s', p.privilege, grantee.name) as detail,
    format(
        'revoke %s on parameter %s from %s;', p.privilege,
        (
            select string_agg(quote_ident(parts.part), '.' order by parts.n)
            from unnest(string_to_array(p.parameter, '.')) with ordinality as parts (part, n)
        ),
        grantee.name
    ) as remedy
from audit.parameter_grants() as p
cross join
    lateral (
        select case p.grantee when 0 then 'public' else p.grantee::regrole::text end as name
    ) as grantee
where p.grantee in (0, to_regrole('rowlock_api'))
