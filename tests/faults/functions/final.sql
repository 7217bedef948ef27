-- title: an aggregate whose final function is SECURITY DEFINER
-- finds: definer_rights | public.last(text) | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- finds: definer_search_path | public.last(text) | is SECURITY DEFINER and sets no search_path: its caller decides which objects its names find
-- variant_of: gathered

-- Postgres runs the support functions of an aggregate without checking EXECUTE on them.
create function public.last(text) returns text language sql security definer as 'select $1';
revoke all on function public.last from public;
create aggregate public.all_of(text) (sfunc = textcat, stype = text, finalfunc = public.last);
