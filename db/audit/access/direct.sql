-- access_direct: how far each role reaches without SET ROLE.
create function audit.access_direct()
returns table (role oid, table_oid oid, command text, reach int, columns text[], through text)
language sql stable
set search_path = pg_catalog
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
as $$
    with held (role, table_oid, command, columns, owned, through) as (
        select
            n.role,
            p.table_oid,
            p.command,
            p.columns,
            p.owned,
            case
                when p.grantee = 0 then 'granted to everyone'
                when p.owned then format('owned by %I', g.rolname)
                else format('granted to %I', g.rolname)
            end
        from audit.access_privileges() as p
        -- REFERENCES, TRIGGER and MAINTAIN reach no row.
        inner join audit.access_commands() as c on p.command = c.command
        inner join audit.access_principals() as n on p.grantee = n.principal
        left join pg_roles as g on p.grantee = g.oid
        union all
        select
            r.oid,
            t.oid,
            c.command,
            null,
            true,
            'superuser'
        from pg_roles as r
        cross join audit.access_tables() as t
        cross join audit.access_commands() as c
        where r.rolsuper
    )

    select
        h.role,
        h.table_oid,
        h.command,
        case
            when h.owned or r.rolsuper or r.rolbypassrls then 2
            when h.command = 'truncate' or not t.row_security then 2
            when p.own is null then 0
            when p.own then 1
            else 2
        end,
        h.columns,
        h.through || case when r.rolbypassrls and not h.owned then ', BYPASSRLS' else '' end
    from held as h
    inner join audit.access_tables() as t on h.table_oid = t.oid
    inner join pg_roles as r on h.role = r.oid
    left join audit.access_policies() as p
        on h.role = p.role and h.table_oid = p.table_oid and h.command = p.command
$$;
comment on function audit.access_direct() is
'What each role reaches with its own and its inherited privileges. reach: 0 is no row, 1 the '
'caller''s own rows, 2 all rows.';
