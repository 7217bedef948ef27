-- title: a SECURITY DEFINER function that is a member of an extension
-- finds: definer_rights | public.adopted() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- pgrls: SEC014 public.adopted
-- pgrls: SEC015 public.adopted
-- pgrls: SEC042 public.adopted
-- pgrls: escalation public.adopted
-- mutant: around the policies
-- caught_by: definer_rights

create function public.adopted() returns bigint language sql security definer
    set search_path = pg_catalog as 'select count(*) from {table}';
alter extension plpgsql add function public.adopted();
