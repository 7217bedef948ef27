-- title: a foreign data wrapper of a function with its owner's rights
-- finds: definer_rights | public.fit(text[],oid) | is a function with SECURITY DEFINER: it does what its owner may, not what its caller may
-- finds: definer_search_path | public.fit(text[],oid) | is SECURITY DEFINER and pins no search_path: its caller decides what its names mean
-- variant_of: compared

create function public.fit(text[], oid) returns void language plpgsql security definer
    as 'begin end';
revoke all on function public.fit from public;
create foreign data wrapper hollow validator public.fit;
