-- title: a function of another role's rights that an extension was given
-- finds: definer_rights | public.peek() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: adopted

-- `alter extension … add` makes anything a member that its owner likes.
create role landlord;
create function public.peek() returns int language sql security definer return 1;
grant create on schema public to landlord;
alter function public.peek() owner to landlord;
alter extension plpgsql add function public.peek();
