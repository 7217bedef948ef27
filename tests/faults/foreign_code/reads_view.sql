-- title: a constraint that reads a view of a function of another role
-- finds: foreign_code | public.f(pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: called_in_check

-- The body of the owner's function is parsed, so the catalogue shows what it reads.
create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
create view public.read as select public.f('x') as one;
create function public.reads() returns boolean language sql begin atomic select exists (select
    from public.read); end;
alter table {table} add check (public.reads());
