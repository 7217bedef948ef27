-- title: a copy for the API's role that an extension was given
-- finds: outside | public.adopted_rows | can be used, and no check covers its rows
-- pgrls: SEC001 public.adopted_rows
-- pgrls: SEC049 public.adopted_rows

-- `alter extension … add` makes anything a member that its owner likes.
create table public.adopted_rows as table app.tasks;
grant select on public.adopted_rows to rowlock_api;
alter extension plpgsql add table public.adopted_rows;
