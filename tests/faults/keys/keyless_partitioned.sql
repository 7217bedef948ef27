-- title: a partitioned table with an invalid index
-- finds: tables_keys | app.probe | has no index that leads with user_id: every query reads the whole table
-- finds: tables_keys | app.probe | has no primary key
-- finds: inheritance | public.part | holds rows of app.probe, and policies do not cover it by itself
-- finds: tables_policies | app.probe | has no policy: nobody can use it
-- finds: tables_rls | app.probe | row-level security is disabled
-- advice: tables_policies
-- variant_of: unindexed

-- The index is not valid, because the partition has no such index.
create table app.probe ( user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid not null ) partition by hash (user_id);
create table public.part partition of app.probe for values with (modulus 1, remainder 0);
create index on only app.probe (user_id);
