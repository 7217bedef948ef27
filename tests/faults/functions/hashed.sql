-- title: an operator class of an operator with its owner's rights
-- finds: definer_rights | public.same(text,text) | is a function with SECURITY DEFINER: it does what its owner may, not what its caller may
-- finds: definer_search_path | public.same(text,text) | is SECURITY DEFINER and pins no search_path: its caller decides what its names mean
-- variant_of: compared

create function public.same(text, text) returns bool language sql immutable security definer
    as 'select true';
revoke all on function public.same from public;
create operator public.=== (leftarg = text, rightarg = text, function = public.same);
create operator class public.words for type text using hash as operator 1 public.===,
    function 1 hashtext(text);
