-- title: a constraint that calls a function of another role through one of ours
-- finds: foreign_code | public.f(pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: called_in_check

-- Our function's body was parsed, so Postgres knows what it calls.
create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
create function public.g(text) returns text language sql immutable return public.f($1);
alter table {table} add check (public.g(user_id) is not null);
