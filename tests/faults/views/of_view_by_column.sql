-- title: a view of a view, with a grant of one column
-- finds: view_owner_rights | public.two | shows users' rows with its owner's rights to reader
-- variant_of: of_view

create role reader;
create view public.one as table app.tasks;
create view public.two as table public.one;
grant select (title) on two to reader;
