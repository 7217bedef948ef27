-- title: a table of users' rows without policies, beside tables with correct policies
-- finds: rows_elsewhere | public.addresses | shows rows of every user to reader: no policy covers it
-- variant_of: letters

-- A table whose policies are limited to the caller's rows is no finding, for any role.
create role reader;
create table public.own_0 (user_id text, "userId" text, body text);
alter table public.own_0 enable row level security;
create policy p on public.own_0 for select to public using (user_id = app.current_user_id());
grant select on public.own_0 to reader;
create table public.own_1 (user_id text, "userId" text, body text);
alter table public.own_1 enable row level security;
create policy p on public.own_1 for select to reader
    using ("userId" = current_setting('app.user_id', true));
grant select on public.own_1 to reader;
create table public.own_2 (user_id text, "userId" text, body text);
alter table public.own_2 enable row level security;
create policy p on public.own_2 for select to reader
    using ((select current_user::text) = user_id and body > '');
grant select on public.own_2 to reader;
create table public.own_3 (user_id text, "userId" text, body text);
alter table public.own_3 enable row level security;
create policy p on public.own_3 for update to public using (user_id = current_user);
grant update on public.own_3 to reader;
create table public.own_4 (user_id text, "userId" text, body text);
alter table public.own_4 enable row level security;
create policy p on public.own_4 for delete to public using (user_id::name = current_user);
grant delete on public.own_4 to reader;
create table public.own_5 (user_id text, "userId" text, body text);
alter table public.own_5 enable row level security;
create policy p on public.own_5 for select to rowlock_api using (true);
grant select on public.own_5 to reader;
create table public.own_6 (user_id text, "userId" text, body text);
alter table public.own_6 enable row level security;
create policy p on public.own_6 for select to public using (true);
create policy less on public.own_6 as restrictive using (user_id = current_user);
grant select on public.own_6 to reader;
create table public.addresses (user_id text);
grant select on public.addresses to reader;
