-- title: a range type with a SECURITY DEFINER function
-- finds: definer_rights | public.gap(text,text) | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- finds: definer_search_path | public.gap(text,text) | is SECURITY DEFINER and sets no search_path: its caller decides which objects its names find
-- variant_of: compared

create function public.gap(text, text) returns float8 language sql immutable security definer
    as 'select 1.0::float8';
revoke all on function public.gap from public;
create type public.span as range (subtype = text, subtype_diff = public.gap);
