-- title: a policy of users' rows in another schema, past TRUNCATE
-- finds: rows_elsewhere | public.notes | lets reader change rows of every user: its policies do not select only the caller's rows
-- variant_of: letters

-- A policy of SELECT alone does not hold for TRUNCATE.
create role reader;
create table public.notes (user_id text, body text);
alter table public.notes enable row level security;
create policy p on public.notes for select using (user_id = current_user);
grant select, truncate on public.notes to reader;
