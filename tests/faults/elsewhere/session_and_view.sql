-- title: a column of users' rows outside schema app, and a view of it
-- finds: rows_elsewhere | public.latest | shows rows of every user to reader: no policy covers it
-- finds: rows_elsewhere | public.session | shows rows of every user to reader: no policy covers it
-- variant_of: session

create role reader;
create table public.session ("userId" text, token text);
create view public.latest as table public.session;
grant select (token) on public.session to reader;
grant select on public.latest to reader;
