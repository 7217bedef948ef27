-- title: a function with schema public in its search path, which is a member of an extension
-- finds: definer_search_path | public.peek() | is SECURITY DEFINER and looks names up in schema public, where others can create: they decide which objects its names find
-- variant_of: in_public

create function public.peek() returns int language sql security definer set search_path = public
    as 'select 1';
revoke all on function public.peek() from public;
alter extension plpgsql add function public.peek();
