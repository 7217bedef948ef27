-- access_policies: which rows the policies of a table let a role reach, by each command.
create function audit.access_policies()
returns table (role oid, table_oid oid, command text, own boolean)
language sql stable
set search_path = pg_catalog
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
as $$
    with policies (table_oid, command, principal, permissive, own) as (
        select
            p.polrelid,
            c.command,
            s.role,
            p.polpermissive,
            -- The condition as Postgres prints it, alone or followed by AND and further conditions.
            t.exact_user_id and not exists (
                select from
                    (
                        values
                        (c.command <> 'insert', e.using_expression),
                        (
                            c.command in ('insert', 'update'),
                            coalesce(e.check_expression, e.using_expression)
                        )
                    ) as x (applies, expression)
                where
                    x.applies
                    and coalesce(x.expression, '')
                    !~ '^\(\(?user_id = app\.current_user_id\(\)\)( AND |$)'
            )
        from pg_policy as p
        inner join audit.access_tables() as t on p.polrelid = t.oid
        inner join audit.expressions() as e on p.oid = e.policy
        inner join audit.access_commands() as c on p.polcmd::text in (c.policy_code, '*')
        cross join lateral unnest(p.polroles) as s (role)
        where c.policy_code is not null
    )

    select
        n.role,
        p.table_oid,
        p.command,
        -- Permissive policies add rows; a restrictive one limits what all of them add.
        bool_and(p.own) filter (where p.permissive)
        or coalesce(bool_or(p.own) filter (where not p.permissive), false)
    from policies as p
    inner join audit.access_principals() as n on p.principal = n.principal
    group by n.role, p.table_oid, p.command
    -- Without a permissive policy, no row is reached.
    having bool_or(p.permissive)
$$;
comment on function audit.access_policies() is
'Roles with a permissive policy on a table. own: it is recognised that they reach only the rows '
'whose user_id is app.current_user_id().';
