-- title: a view outside schema app
-- finds: outside | public.seen | can be used, and no check covers its rows
-- finds: definer_rights | public.seen | reads users' rows with its owner's rights, so the caller's policies do not apply
-- variant_of: copied

create view public.seen as table app.tasks;
grant select on public.seen to rowlock_api;
