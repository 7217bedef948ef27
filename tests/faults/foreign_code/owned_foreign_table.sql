-- title: a constraint that reads another role's foreign table
-- finds: foreign_code | public.read | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: viewed

create role mallory;
grant create on schema public to mallory;
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table public.read (one int) server s;
alter foreign table public.read owner to mallory;
create function public.reads() returns boolean language sql begin atomic select exists (select
    from public.read); end;
alter table {table} add check (public.reads());
