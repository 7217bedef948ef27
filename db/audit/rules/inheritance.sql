-- No parent or child table outside schema app gives access to rows of app without policies.
select
    c.oid::regclass::text as object,
    format('holds rows of %s, and policies do not cover it by itself', p.oid::regclass) as detail,
    format(
        'alter table %1$s enable row level security; alter table %1$s force row level security;',
        c.oid::regclass
    ) as remedy
from pg_inherits as i
inner join pg_class as p on i.inhparent = p.oid
inner join pg_class as c on i.inhrelid = c.oid
where
    p.relnamespace = to_regnamespace('app')
    and p.relkind in ('r', 'p')
    and c.relnamespace <> to_regnamespace('app')
    and c.relkind in ('r', 'p')
    and not (c.relrowsecurity and c.relforcerowsecurity)
union all
select
    p.oid::regclass::text,
    format('shows the rows of %s without applying its policies', c.oid::regclass),
    case
        when c.relispartition
            then format('alter table %s detach partition %s;', p.oid::regclass, c.oid::regclass)
        else format('alter table %s no inherit %s;', c.oid::regclass, p.oid::regclass)
    end
from pg_inherits as i
inner join pg_class as p on i.inhparent = p.oid
inner join pg_class as c on i.inhrelid = c.oid
where
    p.relnamespace <> to_regnamespace('app')
    and p.relkind in ('r', 'p')
    and c.relnamespace = to_regnamespace('app')
    and c.relkind in ('r', 'p')
