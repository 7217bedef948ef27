-- title: a view without security_invoker outside schema app, which may be written
-- finds: definer_rights | public.everything | reads users' rows with its owner's rights, so the caller's policies do not apply
-- finds: outside | public.everything | can be used, and no check covers its rows
-- variant_of: owner_rights
-- mutant: around the policies
-- caught_by: definer_rights, outside

create view public.everything as select * from {table};
grant delete on public.everything to rowlock_api;
