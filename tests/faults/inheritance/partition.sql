-- title: a partitioned table that shows rows which the partition's policies hide
-- finds: inheritance | public.parent | shows the rows of app.part without applying its policies
-- finds: tables_policies | app.part | has no policy: nobody can use it
-- finds: tables_rls | app.part | row-level security is disabled
-- finds: tables_user_id | app.part | user_id does not default to the caller
-- finds: tables_user_id | app.part | user_id may be empty
-- finds: tables_user_id | app.part | user_id may be null
-- also: tables_keys
-- advice: tables_policies
-- variant_of: heir

create table public.parent (user_id text) partition by list (user_id);
create table app.part partition of public.parent default;
