-- title: a procedure with its owner's rights and its caller's search path
-- finds: definer_search_path | public.poke() | is SECURITY DEFINER and pins no search_path: its caller decides what its names mean
-- finds: definer_rights | public.poke() | is a function with SECURITY DEFINER: it does what its owner may, not what its caller may
-- variant_of: lookup

create procedure public.poke() language plpgsql security definer as 'begin end';
