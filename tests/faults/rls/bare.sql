-- title: a new table without row-level security and policies
-- finds: tables_rls | app.bare | row-level security is disabled
-- finds: tables_policies | app.bare | has no policy: nobody can use it
-- finds: drift | {name}.sql | no file of db/policies describes this table
-- advice: drift, tables_policies
-- variant_of: never_enabled

create table app.bare (user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid not null, primary key (user_id, id));
