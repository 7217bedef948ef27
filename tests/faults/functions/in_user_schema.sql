-- title: a SECURITY DEFINER function with its caller's schema in its search path
-- finds: definer_search_path | public.peek() | is SECURITY DEFINER and looks names up in schema "$user", where others can create: they decide which objects its names find
-- variant_of: in_public

create function public.peek() returns int language sql security definer
    set search_path = pg_catalog, "$user" as 'select 1';
revoke all on function public.peek() from public;
