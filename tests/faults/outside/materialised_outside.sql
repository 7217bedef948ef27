-- title: a materialised view outside schema app
-- finds: outside | public.copied | can be used, and no check covers its rows
-- finds: definer_rights | public.copied | reads users' rows with its owner's rights, so the caller's policies do not apply
-- variant_of: copied

create materialized view public.copied as table app.tasks;
grant select on public.copied to rowlock_api;
