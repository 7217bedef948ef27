-- title: a SECURITY DEFINER function of another role that is a member of an extension
-- finds: definer_rights | public.peek() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: adopted

-- With `alter extension … add`, its owner can make any object a member.
create role landlord;
create function public.peek() returns int language sql security definer return 1;
grant create on schema public to landlord;
alter function public.peek() owner to landlord;
alter extension plpgsql add function public.peek();
