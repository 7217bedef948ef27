-- title: TRUNCATE of a table outside schema app that has policies
-- finds: rows_elsewhere | public.notes | lets reader change rows of every user: its policies do not select only the caller's rows
-- variant_of: letters

-- No policy applies to TRUNCATE.
create role reader;
create table public.notes (user_id text, body text);
alter table public.notes enable row level security;
create policy p on public.notes for select using (user_id = current_user);
grant select, truncate on public.notes to reader;
