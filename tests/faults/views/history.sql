-- title: a view of a partition, which everyone may read
-- finds: definer_rights | public.history | reads users' rows with its owner's rights, so the caller's policies do not apply
-- finds: outside | public.history | can be used, and no check covers its rows
-- no_pgrls: schema trail is left out of its configuration

create view public.history as table trail.events_default;
grant select on public.history to public;
