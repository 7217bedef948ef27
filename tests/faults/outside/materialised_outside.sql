-- title: a materialised view outside schema app
-- finds: outside | public.copied | can be used, and no check looks at its rows
-- finds: definer_rights | public.copied | reads users' rows with its owner's rights, around the caller's policies
-- variant_of: copied

create materialized view public.copied as table app.tasks;
grant select on public.copied to rowlock_api;
