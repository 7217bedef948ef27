-- title: a view of a partitioned table
-- finds: definer_rights | app.probes | reads users' rows with its owner's rights, so the caller's policies do not apply
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- finds: tables_rls | app.probe | row-level security is disabled
-- advice: tables_policies
-- variant_of: owner_rights

create table app.probe ( user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid not null, primary key (user_id, id) )
    partition by hash (user_id);
create view app.probes as table app.probe;
grant select on app.probes to rowlock_api;
