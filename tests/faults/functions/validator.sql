-- title: a foreign data wrapper with a SECURITY DEFINER function
-- finds: definer_rights | public.fit(text[],oid) | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- finds: definer_search_path | public.fit(text[],oid) | is SECURITY DEFINER and sets no search_path: its caller decides which objects its names find
-- variant_of: compared

create function public.fit(text[], oid) returns void language plpgsql security definer
    as 'begin end';
revoke all on function public.fit from public;
create foreign data wrapper hollow validator public.fit;
