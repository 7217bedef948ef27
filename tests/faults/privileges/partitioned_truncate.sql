-- title: TRUNCATE of a partitioned table for the API's role
-- finds: privileges | app.probe | truncate is granted
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- finds: tables_rls | app.probe | row-level security is disabled
-- advice: tables_policies
-- variant_of: api_truncate

create table app.probe ( user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid not null, primary key (user_id, id) )
    partition by hash (user_id);
grant truncate on app.probe to rowlock_api;
