-- title: a materialised view
-- finds: view_owner_rights | public.snapshot | shows users' rows with its owner's rights to reporter
-- pgrls: VIEW003 public.snapshot

create materialized view public.snapshot as table app.tasks;
create role reporter;
grant select on public.snapshot to reporter;
