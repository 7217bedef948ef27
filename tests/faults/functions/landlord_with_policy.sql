-- title: a SECURITY DEFINER function of a role that a policy names
-- finds: definer_rights | public.peek() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- finds: tables_policies | app.events | grants select, but has 2 policies for it
-- finds: tables_policies | more on app.events | is not for rowlock_api alone
-- advice: tables_policies
-- variant_of: all_rows

create role landlord;
create function public.peek() returns int language sql security definer return 1;
grant create on schema public to landlord;
alter function public.peek() owner to landlord;
create policy more on app.events for select to landlord using (true);
