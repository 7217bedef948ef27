-- title: a view of the trail outside schema app, which everyone may read
-- finds: definer_rights | public.chains | reads users' rows with its owner's rights, so the caller's policies do not apply
-- finds: outside | public.chains | can be used, and no check covers its rows
-- variant_of: chains

create view public.chains as table trail.heads;
grant select on public.chains to public;
