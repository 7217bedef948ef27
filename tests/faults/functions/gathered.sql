-- title: an aggregate of a SECURITY DEFINER function
-- finds: definer_rights | public.gathered(text,text) | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- pgrls: SEC014 public.gathered
-- pgrls: SEC015 public.gathered
-- mutant: around the policies
-- caught_by: definer_rights

-- Postgres runs the support functions of an aggregate without checking EXECUTE on them.
create function public.gathered(text, text) returns text language sql security definer
    set search_path = pg_catalog as 'select max(t::text) from {table} as t';
revoke all on function public.gathered(text, text) from public;
create aggregate public.gather(text) (sfunc = public.gathered, stype = text);
