-- title: a user_id of another type than text
-- finds: tables_user_id | app.probe | user_id is not text
-- finds: tables_user_id | app.probe | user_id may be empty
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- finds: tables_rls | app.probe | row-level security is disabled
-- also: tables_keys
-- advice: tables_policies
-- variant_of: nameless

create table app.probe (user_id varchar not null default app.current_user_id()
    check (user_id::text <> ''));
