-- title: a table without the column user_id
-- finds: tables_user_id | app.probe | has no column user_id
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- finds: tables_rls | app.probe | row-level security is disabled
-- also: tables_keys
-- advice: tables_policies
-- variant_of: ownerless

create table app.probe ();
