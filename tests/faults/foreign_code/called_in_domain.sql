-- title: a domain of another role, and its function
-- finds: foreign_code | public.f(pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- finds: foreign_code | public.word | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: called_in_check

create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
create domain public.word as text check (public.f(value) > '');
alter domain public.word owner to mallory;
alter table {table} add extra public.word;
