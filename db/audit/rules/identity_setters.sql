-- No function that the API's role may run binds another identity.
with setters (oid) as (
    select p.oid
    from pg_proc as p
    left join pg_language as l on p.prolang = l.oid
    where
        p.oid >= 16384
        and l.lanname not in ('c', 'internal')
        and (
            -- With set_config(), with SET in the body, or with the SET clause of the function.
            concat(p.prosrc, pg_get_function_sqlbody(p.oid))
            ~* $$(set_config\s*\(\s*e?'+|\mset\s+(session\s+|local\s+)?"?)app"?\s*\.\s*"?user_id$$
            or exists (
                select from unnest(p.proconfig) as c (entry)
                where c.entry ~* '^app\.user_id='
            )
        )
)

select
    s.oid::regprocedure::text as object,
    'binds app.user_id: its caller acts as another user' as detail,
    format('revoke execute on routine %s from public, rowlock_api;', s.oid::regprocedure) as remedy
from setters as s
where has_function_privilege('rowlock_api', s.oid, 'execute')
union all
-- A trigger runs its function without an EXECUTE check.
select
    format('%I on %s', t.tgname, t.tgrelid::regclass),
    format('runs %s, which binds app.user_id', s.oid::regprocedure),
    format('drop trigger %I on %s;', t.tgname, t.tgrelid::regclass)
from setters as s
inner join pg_trigger as t on s.oid = t.tgfoid
inner join pg_class as c on t.tgrelid = c.oid
where
    c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    and not t.tgisinternal
    and t.tgparentid = 0
