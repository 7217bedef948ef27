-- title: a SECURITY DEFINER function with schema public in its search path
-- finds: definer_search_path | public.in_public() | is SECURITY DEFINER and looks names up in schema public, where others can create: they decide which objects its names find
-- pgrls: SEC014 public.in_public
-- pgrls: SEC015 public.in_public

create function public.in_public() returns bigint language sql security definer
    set search_path = public as 'select 1::bigint';
revoke all on function public.in_public() from public;
