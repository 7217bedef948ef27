-- title: a row type that leads to a function of another role
-- finds: foreign_code | public.f(pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: composed

create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
create domain public.word as text check (public.f(value) > '');
create type public.pair as (body public.word);
create table public.read (body public.pair);
alter table {table} add extra public.read;
