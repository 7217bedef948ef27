-- title: a constraint that reads another role's materialised view
-- finds: foreign_code | public.read | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: viewed

create role mallory;
grant create on schema public to mallory;
create materialized view public.read as select 1 as one;
alter materialized view public.read owner to mallory;
create function public.reads() returns boolean language sql begin atomic select exists (select
    from public.read); end;
alter table {table} add check (public.reads());
