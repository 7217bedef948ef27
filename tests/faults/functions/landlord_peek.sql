-- title: a function of another role's rights
-- finds: definer_rights | public.peek() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: all_rows

-- What the owner may do is no matter: it may execute what belongs to a third role.
create role landlord;
grant create on schema public to landlord;
create function public.peek() returns int language sql security definer return 1;
alter function public.peek() owner to landlord;
