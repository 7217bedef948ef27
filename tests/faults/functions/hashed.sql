-- title: an operator class with an operator of a SECURITY DEFINER function
-- finds: definer_rights | public.same(text,text) | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- finds: definer_search_path | public.same(text,text) | is SECURITY DEFINER and sets no search_path: its caller decides which objects its names find
-- variant_of: compared

create function public.same(text, text) returns bool language sql immutable security definer
    as 'select true';
revoke all on function public.same from public;
create operator public.=== (leftarg = text, rightarg = text, function = public.same);
create operator class public.words for type text using hash as operator 1 public.===,
    function 1 hashtext(text);
