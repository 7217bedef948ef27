-- title: a view of the trail
-- finds: definer_rights | app.chains | reads users' rows with its owner's rights, so the caller's policies do not apply
-- no_pgrls: schema trail is left out of its configuration

create view app.chains as table trail.heads;
grant select on app.chains to rowlock_api;
