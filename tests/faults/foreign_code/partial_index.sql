-- title: a partial index that calls a function of another role
-- finds: foreign_code | public.f(pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: called_in_check

create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
create index on {table} (user_id) where public.f(user_id) > '';
