-- How far each role reaches into each table, by each command: what the view audit.access shows.
--
-- A role is taken with every role it can become. Whatever is not recognised as the caller's own
-- rows counts as all of them.
--
-- It is a function because the planner, which knows little of catalogues that just changed, would
-- loop over them; so many rows want to be hashed.
create function audit.reach()
returns table (
    role name,
    schema_name name,
    table_name name,
    command text,
    reach text,
    columns text[],
    through text[]
)
language sql stable
set search_path = pg_catalog
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
as $$
with tables as (
    select
        c.oid,
        n.nspname,
        c.relname,
        c.relowner,
        c.relrowsecurity,
        c.relacl,
        -- Where a collation takes different texts for equal, one user's id equals another's.
        coalesce(l.collisdeterministic, true) as exact
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    left join pg_attribute as u on c.oid = u.attrelid and u.attname = 'user_id'
    left join pg_collation as l on u.attcollation = l.oid
    where
        c.relkind in ('r', 'p', 'f')
        and c.oid >= 16384 -- what initdb made has a smaller number, whatever schema it is in
        and n.nspname not in ('rowlock', 'audit')
        and c.relpersistence <> 't'
),

commands (command, code) as (
    values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd'), ('truncate', '')
),

roles as (
    select
        oid,
        rolname,
        rolsuper,
        rolbypassrls
    from pg_roles
    where
        rolname !~ '^pg_'
        or exists (
            select from pg_auth_members as m
            where m.roleid = pg_roles.oid and m.member::regrole::text !~ '^pg_'
        )
),

memberships (member, role, inherits, acts) as (
    select
        member::oid,
        role::oid,
        inherits,
        acts
    from audit.memberships
),

-- Whoever somebody can become, and what each has: its own, what it inherits, and everyone's (0).
guises (role) as (
    select distinct m.role
    from memberships as m
    inner join roles as r on m.member = r.oid
    where m.acts
),

principals (role, principal) as (
    select
        g.role,
        m.role
    from guises as g
    inner join memberships as m on g.role = m.member
    where m.inherits
    union all
    select
        g.role,
        0
    from guises as g
),

granted (oid, grantee, command, columns) as (
    select
        t.oid,
        a.grantee,
        lower(a.privilege_type),
        null::text[]
    from tables as t
    cross join lateral aclexplode(t.relacl) as a
    where a.grantee <> t.relowner
    union all
    select
        t.oid,
        a.grantee,
        lower(a.privilege_type),
        array_agg(distinct u.attname::text)
    from tables as t
    inner join pg_attribute as u on t.oid = u.attrelid and u.attacl is not null
    cross join lateral aclexplode(u.attacl) as a
    where not u.attisdropped and a.grantee <> t.relowner
    group by t.oid, a.grantee, a.privilege_type
    union all
    select
        t.oid,
        p.role,
        p.command,
        null
    from tables as t
    cross join (
        values
        (to_regrole('pg_read_all_data')::oid, 'select'),
        (to_regrole('pg_write_all_data')::oid, 'insert'),
        (to_regrole('pg_write_all_data')::oid, 'update'),
        (to_regrole('pg_write_all_data')::oid, 'delete')
    ) as p (role, command)
    where p.role is not null
    union all
    -- An owner can give themselves every right, and switch row-level security off.
    select
        t.oid,
        t.relowner,
        c.command,
        null
    from tables as t
    cross join commands as c
),

held (role, oid, command, columns, through, owned) as (
    select
        p.role,
        g.oid,
        g.command,
        g.columns,
        case
            when g.grantee = 0 then 'granted to everyone'
            when g.grantee = t.relowner then format('owned by %I', r.rolname)
            else format('granted to %I', r.rolname)
        end,
        g.grantee = t.relowner
    from granted as g
    inner join tables as t on g.oid = t.oid
    inner join commands as c on g.command = c.command
    inner join principals as p on g.grantee = p.principal
    left join pg_roles as r on g.grantee = r.oid
    union all
    select
        r.oid as role,
        t.oid,
        c.command,
        null,
        'superuser',
        true
    from pg_roles as r
    cross join tables as t
    cross join commands as c
    where r.rolsuper
),

expressions (oid, code, principal, permissive, own) as (
    select
        p.polrelid,
        c.code,
        s.role,
        p.polpermissive,
        -- As Postgres prints it, alone or in front of further conditions that all must hold.
        t.exact and not exists (
            select from
                (
                    values
                    (c.code <> 'a', e.using_expression),
                    (c.code in ('a', 'w'), coalesce(e.check_expression, e.using_expression))
                ) as x (asked, expression)
            where
                x.asked
                and coalesce(x.expression, '')
                !~ '^\(\(?user_id = app\.current_user_id\(\)\)( AND |$)'
        )
    from pg_policy as p
    inner join tables as t on p.polrelid = t.oid
    inner join audit.expressions() as e on p.oid = e.policy
    inner join commands as c on c.code <> '' and p.polcmd::text in (c.code, '*')
    cross join lateral unnest(p.polroles) as s (role)
),

allowed (role, oid, code, permissive, own) as (
    select
        p.role,
        e.oid,
        e.code,
        bool_or(e.permissive),
        bool_and(e.own) filter (where e.permissive)
        or coalesce(bool_or(e.own) filter (where not e.permissive), false)
    from expressions as e
    inner join principals as p on e.principal = p.principal
    group by p.role, e.oid, e.code
),

reached (role, oid, command, reach, columns, through) as (
    select
        h.role,
        h.oid,
        h.command,
        case
            when h.owned or r.rolsuper or r.rolbypassrls then 2
            when h.command = 'truncate' or not t.relrowsecurity then 2
            when a.permissive is not true then 0
            when a.own then 1
            else 2
        end,
        h.columns,
        h.through || case when r.rolbypassrls and not h.owned then ', BYPASSRLS' else '' end
    from held as h
    inner join tables as t on h.oid = t.oid
    inner join commands as c on h.command = c.command
    inner join pg_roles as r on h.role = r.oid
    left join allowed as a on h.role = a.role and h.oid = a.oid and c.code = a.code
),

-- Whatever leads to each cell of the matrix.
ways (role, oid, command, reach, columns, through) as (
    select
        m.member,
        f.oid,
        f.command,
        f.reach,
        f.columns,
        case when m.member <> m.role then format('as %s: ', m.role::regrole) else '' end
        || f.through
    from reached as f
    inner join memberships as m on f.role = m.role and m.acts
    where f.reach > 0
),

ranked as (
    select
        *,
        max(reach) over (partition by role, oid, command) as furthest
    from ways
),

-- The cells that are reached, by what leads furthest.
furthest (role, oid, command, reach, columns, through) as (
    select
        f.role,
        f.oid,
        f.command,
        f.reach,
        case
            when bool_or(f.columns is null) then null
            else array_agg(distinct u.name order by u.name) filter (where u.name is not null)
        end,
        array_agg(distinct f.through order by f.through)
    from ranked as f
    left join lateral unnest(f.columns) as u (name) on true
    where f.reach = f.furthest
    group by f.role, f.oid, f.command, f.reach
)

select
    r.rolname as role,
    t.nspname as schema_name,
    t.relname as table_name,
    c.command,
    case f.reach when 2 then 'all' when 1 then 'own' else 'none' end as reach,
    f.columns,
    coalesce(f.through, '{}') as through
from roles as r
cross join tables as t
cross join commands as c
left join furthest as f on r.oid = f.role and t.oid = f.oid and c.command = f.command
$$;
comment on function audit.reach() is 'What the view audit.access shows.';
