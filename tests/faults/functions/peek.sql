-- title: a SECURITY DEFINER function that everyone may execute
-- each: {schema} = app | public
-- finds: definer_rights | {schema}.peek() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: all_rows

create function {schema}.peek() returns int language sql security definer return 1;
