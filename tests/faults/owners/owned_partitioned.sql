-- title: the API's role owns a partitioned table
-- finds: ownership | table app.probe | is owned by rowlock_api; an owner can switch row-level security off
-- finds: tables_policies | app.probe | grants delete, but has 0 policies for it
-- finds: tables_policies | app.probe | grants insert, but has 0 policies for it
-- finds: tables_policies | app.probe | grants select, but has 0 policies for it
-- finds: tables_policies | app.probe | grants update, but has 0 policies for it
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- finds: tables_rls | app.probe | row-level security is disabled
-- also: privileges
-- advice: tables_policies
-- variant_of: owned

create table app.probe ( user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid not null, primary key (user_id, id) )
    partition by hash (user_id);
alter table app.probe owner to rowlock_api;
