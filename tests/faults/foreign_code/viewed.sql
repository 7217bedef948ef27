-- title: a constraint that reads another role's view
-- finds: foreign_code | public.viewed | is used for users' rows, and belongs to looker, who can change it
-- no_pgrls: the owners of what a table uses

create role looker;
grant create on schema public to looker;
create view public.viewed as select 1 as one;
alter view public.viewed owner to looker;
create function public.views() returns boolean language sql begin atomic select exists (select
    from public.viewed); end;
alter table {table} add check (public.views());
