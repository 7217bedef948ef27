-- title: the API's role owns a materialised view
-- finds: ownership | table app.probe | is owned by rowlock_api; an owner can switch row-level security off
-- finds: definer_rights | app.probe | reads users' rows with its owner's rights, so the caller's policies do not apply
-- finds: tables_rls | app.probe | is a foreign table or a materialised view, which row-level security cannot cover
-- finds: view_owner_rights | app.probe | shows users' rows to its owner rowlock_api
-- variant_of: owned

create materialized view app.probe as table app.tasks;
alter table app.probe owner to rowlock_api;
