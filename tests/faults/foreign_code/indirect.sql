-- title: a constraint that calls a function of another role through the owner's function
-- finds: foreign_code | public.f(pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: called_in_check

-- The body of public.g is parsed (RETURN), so the catalogue shows what it calls.
create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
create function public.g(text) returns text language sql immutable return public.f($1);
alter table {table} add check (public.g(user_id) is not null);
