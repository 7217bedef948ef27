-- title: a function of another role's rights
-- finds: definer_rights | public.peek() | is a function with SECURITY DEFINER: it does what its owner may, not what its caller may
-- variant_of: all_rows

-- What the owner may do is no matter: it may execute what belongs to a third role.
create role landlord;
grant create on schema public to landlord;
create function public.peek() returns int language sql security definer return 1;
alter function public.peek() owner to landlord;
