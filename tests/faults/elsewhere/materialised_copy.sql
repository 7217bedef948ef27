-- title: a materialised view of users' rows beside closed tables
-- finds: rows_elsewhere | public.copied | shows rows of every user to reader: no policy covers it
-- variant_of: addresses

-- Row-level security, and nothing to read, are both in order.
create role reader;
create table public.kept (user_id text);
grant insert on public.kept to reader;
create table public.closed (user_id text);
alter table public.closed enable row level security;
grant select on public.closed to reader;
create materialized view public.copied as select 'a'::text as user_id;
grant select on public.copied to reader;
