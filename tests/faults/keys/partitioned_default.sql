-- title: a partitioned table whose user_id has no default
-- finds: tables_user_id | app.probe | user_id does not default to the caller
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- finds: tables_rls | app.probe | row-level security is disabled
-- advice: tables_policies
-- variant_of: default_less

create table app.probe ( user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid not null, primary key (user_id, id) )
    partition by hash (user_id);
alter table app.probe alter user_id drop default;
