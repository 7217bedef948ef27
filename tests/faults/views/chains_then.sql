-- title: a materialised view of the trail
-- finds: view_owner_rights | public.chains_then | shows users' rows with its owner's rights to historian
-- no_pgrls: schema trail is left out of its configuration

create materialized view public.chains_then as table trail.heads;
create role historian;
grant select on public.chains_then to historian;
