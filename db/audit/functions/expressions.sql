-- This is a function because a view cannot set search_path, on which printed expressions depend.
create function audit.expressions()
returns table (policy oid, using_expression text, check_expression text)
language sql stable
set search_path = pg_catalog
as $$
    select oid, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) from pg_policy
$$;
comment on function audit.expressions() is
'The expressions of every policy, with qualified names for every search path of the caller.';
