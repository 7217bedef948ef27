-- Every table of app and trail has row-level security enabled and forced.
select
    c.oid::regclass::text as object,
    case
        when c.relkind not in ('r', 'p')
            then 'is a foreign table or a materialised view, which row-level security cannot cover'
        when not c.relrowsecurity then 'row-level security is disabled'
        else 'row-level security is not forced: the owner sees every row'
    end as detail,
    case
        when c.relkind not in ('r', 'p')
            then
                format(
                    'revoke all on %1$s from rowlock_api, public; '
                    'alter %2$s %1$s set schema public;',
                    c.oid::regclass, k.kind
                )
        else
            format(
                'alter table %1$s enable row level security; '
                'alter table %1$s force row level security;',
                c.oid::regclass
            )
    end as remedy
from pg_class as c
cross join
    lateral (
        select case c.relkind when 'f' then 'foreign table' else 'materialized view' end as kind
    ) as k
where
    c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    and c.relkind in ('r', 'p', 'f', 'm')
    and not (c.relrowsecurity and c.relforcerowsecurity)
