-- title: a view of the trail outside schema app, for everyone
-- finds: definer_rights | public.chains | reads users' rows with its owner's rights, around the caller's policies
-- finds: outside | public.chains | can be used, and no check looks at its rows
-- variant_of: chains

create view public.chains as table trail.heads;
grant select on public.chains to public;
