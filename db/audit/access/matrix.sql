-- access_matrix: the rows of the view audit.access.
--
-- A role's reach includes the reach of every role that it can become. A policy that is not
-- recognised as a limit to the caller's own rows counts as access to all rows.
--
-- These are functions and not views, so that they can change planner settings. After many changes
-- to the catalogue the planner's estimates are wrong, and it would choose slow nested loops instead
-- of hash joins.
create function audit.access_matrix()
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
    with roles as (
        select
            oid,
            rolname
        from pg_roles
        where
            rolname !~ '^pg_'
            or exists (
                select from pg_auth_members as m
                where m.roleid = pg_roles.oid and m.member::regrole::text !~ '^pg_'
            )
    ),

    ways (role, table_oid, command, reach, columns, through) as (
        select
            m.member::oid,
            d.table_oid,
            d.command,
            d.reach,
            d.columns,
            case when m.member <> m.role then format('as %s: ', m.role) else '' end || d.through
        from audit.access_direct() as d
        inner join audit.memberships as m on d.role = m.role::oid and m.acts
        where d.reach > 0
    ),

    ranked as (
        select
            *,
            max(reach) over (partition by role, table_oid, command) as furthest
        from ways
    ),

    -- If several grants or roles give access, those with the furthest reach are shown.
    furthest (role, table_oid, command, reach, columns, through) as (
        select
            w.role,
            w.table_oid,
            w.command,
            w.reach,
            case
                when bool_or(w.columns is null) then null
                else array_agg(distinct u.name order by u.name) filter (where u.name is not null)
            end,
            array_agg(distinct w.through order by w.through)
        from ranked as w
        left join lateral unnest(w.columns) as u (name) on true
        where w.reach = w.furthest
        group by w.role, w.table_oid, w.command, w.reach
    )

    select
        r.rolname,
        t.schema_name,
        t.table_name,
        c.command,
        case f.reach when 2 then 'all' when 1 then 'own' else 'none' end,
        f.columns,
        coalesce(f.through, '{}')
    from roles as r
    cross join audit.access_tables() as t
    cross join audit.access_commands() as c
    left join furthest as f on r.oid = f.role and t.oid = f.table_oid and c.command = f.command
$$;
comment on function audit.access_matrix() is
'What the view audit.access shows: the furthest reach of each role, with every role it can become.';
