-- title: a policy outside schema app that is true for every row
-- finds: rows_elsewhere | public.letters | shows rows of every user to courier: its policies do not select only the caller's rows
-- pgrls: SEC002 public.letters
-- pgrls: SEC027 public.letters
-- pgrls: SEC003 public.letters.letters
-- pgrls: SEC005 public.letters.letters
-- pgrls: SEC006 public.letters.letters
-- pgrls: SEC008 public.letters.letters
-- pgrls: SEC038 public.letters.letters
-- pgrls: anon public.letters
-- pgrls: cross-tenant public.letters
-- pgrls: write public.letters

create table public.letters (user_id text, body text);
alter table public.letters enable row level security;
create policy letters on public.letters using (true);
create role courier login;
grant select on public.letters to courier;
