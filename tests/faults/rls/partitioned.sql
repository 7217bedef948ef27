-- title: a partitioned table without row-level security
-- finds: tables_rls | app.probe | row-level security is disabled
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- advice: tables_policies
-- variant_of: never_enabled

create table app.probe ( user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid not null, primary key (user_id, id) )
    partition by hash (user_id);
