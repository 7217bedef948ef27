-- title: a view of a view, which the API's role may read
-- finds: definer_rights | public.two | reads users' rows with its owner's rights, so the caller's policies do not apply
-- finds: outside | public.two | can be used, and no check covers its rows
-- variant_of: of_view

create view public.one as select * from app.tasks;
create view public.two as select * from public.one;
grant select on public.two to rowlock_api;
