-- title: an operator class with a SECURITY DEFINER function
-- finds: definer_rights | public.compared(text,text) | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- pgrls: SEC014 public.compared
-- pgrls: SEC015 public.compared

create function public.compared(text, text) returns int language sql immutable security definer
    set search_path = pg_catalog as 'select 0';
revoke all on function public.compared(text, text) from public;
create operator class public.comparing for type text using btree as operator 1 <, operator 2 <=,
    operator 3 =, operator 4 >=, operator 5 >, function 1 public.compared(text, text);
