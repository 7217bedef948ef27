-- title: a SECURITY DEFINER function with a search path where another role can create
-- finds: definer_search_path | public.peek() | is SECURITY DEFINER and looks names up in schema "the,irs", where others can create: they decide which objects its names find
-- variant_of: in_public

create role clerk login;
create schema "the,irs";
grant create on schema "the,irs" to clerk;
create function public.peek() returns int language sql security definer
    set search_path = "the,irs", pg_temp as 'select 1';
revoke all on function public.peek() from public;
