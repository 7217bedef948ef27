-- title: a range type that leads to a function of another role
-- finds: foreign_code | public.f(pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: composed

create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
create type public.words as range (subtype = text, subtype_opclass = text_ops);
create domain public.word as public.words check (public.f(lower(value)) > '');
alter table {table} add extra public.word;
