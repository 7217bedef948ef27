-- title: a rule on a partitioned table
-- finds: tables_rules | kept on app.probe | is a rule: it can turn a user's command into one to which policies do not apply
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- finds: tables_rls | app.probe | row-level security is disabled
-- advice: tables_policies
-- variant_of: rewritten

create table app.probe ( user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid not null, primary key (user_id, id) )
    partition by hash (user_id);
create rule kept as on delete to app.probe do instead nothing;
