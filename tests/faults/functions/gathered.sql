-- title: an aggregate of a function with its owner's rights
-- finds: definer_rights | public.gathered(text,text) | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- pgrls: SEC014 public.gathered
-- pgrls: SEC015 public.gathered
-- mutant: around the policies
-- caught_by: definer_rights

-- Postgres runs the parts of an aggregate without a check of EXECUTE.
create function public.gathered(text, text) returns text language sql security definer
    set search_path = pg_catalog as 'select max(t::text) from {table} as t';
revoke all on function public.gathered(text, text) from public;
create aggregate public.gather(text) (sfunc = public.gathered, stype = text);
