-- title: a SECURITY DEFINER procedure without a search path
-- finds: definer_search_path | public.poke() | is SECURITY DEFINER and sets no search_path: its caller decides which objects its names find
-- finds: definer_rights | public.poke() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: lookup

create procedure public.poke() language plpgsql security definer as 'begin end';
