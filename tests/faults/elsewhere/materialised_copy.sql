-- title: a materialised view of users' rows beside tables with correct policies
-- finds: rows_elsewhere | public.copied | shows rows of every user to reader: no policy covers it
-- variant_of: addresses

-- A table with row-level security, and a table without a grant to read, are no finding.
create role reader;
create table public.kept (user_id text);
grant insert on public.kept to reader;
create table public.closed (user_id text);
alter table public.closed enable row level security;
grant select on public.closed to reader;
create materialized view public.copied as select 'a'::text as user_id;
grant select on public.copied to reader;
