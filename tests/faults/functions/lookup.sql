-- title: a SECURITY DEFINER function without a search path
-- finds: definer_search_path | public.lookup() | is SECURITY DEFINER and sets no search_path: its caller decides which objects its names find
-- pgrls: SEC014 public.lookup
-- pgrls: SEC015 public.lookup

create function public.lookup() returns bigint language sql security definer
    as 'select 1::bigint';
revoke execute on function public.lookup() from public;
