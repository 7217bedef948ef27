-- title: a constraint that reads a foreign table of another role's server
-- finds: foreign_code | s | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: viewed

create role mallory;
grant create on schema public to mallory;
create foreign data wrapper w;
create server s foreign data wrapper w;
grant usage on foreign data wrapper w to mallory;
alter server s owner to mallory;
create foreign table public.read (one int) server s;
create function public.reads() returns boolean language sql begin atomic select exists (select
    from public.read); end;
alter table {table} add check (public.reads());
