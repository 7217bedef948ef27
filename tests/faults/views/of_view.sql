-- title: a view of a view, outside schema app
-- finds: view_owner_rights | public.outer_view | shows users' rows with its owner's rights to viewer
-- pgrls: VIEW001 public.inner_view
-- pgrls: VIEW001 public.outer_view
-- pgrls: VIEW002 public.inner_view
-- pgrls: VIEW002 public.outer_view
-- pgrls: reachability app.tasks

create view public.inner_view as table app.tasks;
create view public.outer_view as table public.inner_view;
create role viewer;
grant select on public.outer_view to viewer;
