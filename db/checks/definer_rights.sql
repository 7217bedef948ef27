-- The API's role reaches no view or function in schema app that runs with its owner's rights.
select
    c.oid::regclass::text as object,
    'is a view that reads with its owner''s rights, around the caller''s policies' as detail,
    format('alter view %s set (security_invoker = true);', c.oid::regclass) as remedy
from pg_class as c
where
    c.relnamespace = to_regnamespace('app')
    and c.relkind = 'v'
    and has_any_column_privilege('rowlock_api', c.oid, 'select')
    and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)
union all
select
    p.oid::regprocedure::text,
    'is a function with SECURITY DEFINER, which runs around the caller''s policies',
    format('alter function %s security invoker;', p.oid::regprocedure)
from pg_proc as p
where
    p.pronamespace = to_regnamespace('app')
    and p.prosecdef
    and has_function_privilege('rowlock_api', p.oid, 'execute')
