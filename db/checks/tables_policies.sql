-- Every command that the API's role may run on a table has one permissive policy, for it only.
with tables as (
    select oid
    from pg_class
    where relnamespace = to_regnamespace('app') and relkind in ('r', 'p')
),

-- Policies for the trail's roles are left out (db/policies/events.sql): these roles cannot log in.
-- NOT MATERIALIZED lets the planner use an index; without it, a check of 500 tables takes seconds.
policies as not materialized (
    select p.*
    from pg_policy as p
    inner join pg_class as c on p.polrelid = c.oid
    where
        c.relnamespace = to_regnamespace('app')
        and not (
            c.relname = 'events'
            and p.polroles <@ array[
                to_regrole('rowlock_recorder')::oid, to_regrole('rowlock_retention')::oid
            ]
        )
),

commands (oid, command, code, granted) as (
    select
        t.oid,
        c.command,
        c.code,
        case c.command
            when 'delete' then has_table_privilege('rowlock_api', t.oid, c.command)
            else has_any_column_privilege('rowlock_api', t.oid, c.command)
        end
    from tables as t
    cross join (
        values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')
    ) as c (command, code)
),

problems (oid, policy, detail) as (
    select
        t.oid,
        null,
        'has no policy: nobody can use it'
    from tables as t
    where
        not exists (
            select from policies as p
            where p.polrelid = t.oid
        )
    union all
    select
        c.oid,
        null,
        format('grants %s, but has %s policies for it', c.command, count(p.oid))
    from commands as c
    left join policies as p
        on c.oid = p.polrelid and c.code = p.polcmd::text and p.polpermissive
    where c.granted
    group by c.oid, c.command
    having count(p.oid) <> 1
    union all
    select
        c.oid,
        p.polname,
        format('is for %s, which is not granted: a request that needs it fails', c.command)
    from commands as c
    inner join policies as p on c.oid = p.polrelid and c.code = p.polcmd::text
    where not c.granted and p.polpermissive and to_regrole('rowlock_api')::oid = any(p.polroles)
    union all
    select
        t.oid,
        p.polname,
        case
            when p.polcmd = '*' then 'is for all commands at once'
            when p.polroles <> array[to_regrole('rowlock_api')::oid]
                then 'is not for rowlock_api alone'
            when
                (p.polcmd <> 'a' and p.polqual is null)
                or (p.polcmd in ('a', 'w') and p.polwithcheck is null)
                then 'lacks an explicit USING or WITH CHECK expression'
            else 'is not limited to user_id = app.current_user_id()'
        end
    from tables as t
    inner join policies as p on t.oid = p.polrelid
    where
        p.polpermissive
        and (
            p.polcmd = '*'
            or p.polroles <> array[to_regrole('rowlock_api')::oid]
            or (p.polcmd <> 'a' and p.polqual is null)
            or (p.polcmd in ('a', 'w') and p.polwithcheck is null)
            -- The condition as Postgres prints it, alone or followed by AND and further conditions.
            or exists (
                select from
                    unnest(
                        array[
                            pg_get_expr(p.polqual, p.polrelid),
                            pg_get_expr(p.polwithcheck, p.polrelid)
                        ]
                    ) as e (expression)
                where
                    e.expression !~ '^\(\(?user_id = app\.current_user_id\(\)\)( AND |$)'
            )
        )
)

select
    concat_ws(' on ', quote_ident(problems.policy), problems.oid::regclass) as object,
    problems.detail,
    '-- write its policy file (docs/tutorial/add-a-table.md), then run: rowlock migrate' as remedy
from problems
