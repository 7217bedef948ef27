-- title: a SECURITY DEFINER function of another role in schema app
-- finds: definer_rights | app.peek() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: all_rows

create role landlord;
create function app.peek() returns int language sql security definer return 1;
grant create on schema app to landlord;
alter function app.peek() owner to landlord;
