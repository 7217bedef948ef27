-- title: a range type of a function with its owner's rights
-- finds: definer_rights | public.gap(text,text) | is a function with SECURITY DEFINER: it does what its owner may, not what its caller may
-- finds: definer_search_path | public.gap(text,text) | is SECURITY DEFINER and pins no search_path: its caller decides what its names mean
-- variant_of: compared

create function public.gap(text, text) returns float8 language sql immutable security definer
    as 'select 1.0::float8';
revoke all on function public.gap from public;
create type public.span as range (subtype = text, subtype_diff = public.gap);
