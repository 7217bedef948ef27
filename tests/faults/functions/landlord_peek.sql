-- title: a SECURITY DEFINER function of another role
-- finds: definer_rights | public.peek() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: all_rows

-- The function is a finding whatever its owner may do, because it may call further functions.
create role landlord;
grant create on schema public to landlord;
create function public.peek() returns int language sql security definer return 1;
alter function public.peek() owner to landlord;
