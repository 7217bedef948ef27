-- title: a composite type that leads to a function of another role
-- finds: foreign_code | public.composes(pg_catalog.text) | is used for users' rows, and belongs to composer, who can change it
-- no_pgrls: the owners of what a table uses

create role composer;
grant create on schema public to composer;
create function public.composes(text) returns boolean language sql immutable return true;
alter function public.composes(text) owner to composer;
create domain public.{name}_word as text check (public.composes(value));
create type public.{name}_pair as (one public.{name}_word);
alter table {table} add pair public.{name}_pair;
