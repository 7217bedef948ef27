-- title: a function with its owner's rights that everyone may execute
-- each: {schema} = app | public
-- finds: definer_rights | {schema}.peek() | is a function with SECURITY DEFINER: it does what its owner may, not what its caller may
-- variant_of: all_rows

create function {schema}.peek() returns int language sql security definer return 1;
