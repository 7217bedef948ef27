-- title: a SECURITY DEFINER function of a role with BYPASSRLS
-- finds: definer_rights | public.peek() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: all_rows

create role landlord bypassrls;
create function public.peek() returns int language sql security definer return 1;
grant create on schema public to landlord;
alter function public.peek() owner to landlord;
