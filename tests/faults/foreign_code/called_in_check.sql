-- title: a constraint that calls a function of another role
-- finds: foreign_code | public.coded(pg_catalog.text) | is used for users' rows, and belongs to coder, who can change it
-- no_pgrls: the owners of what a table uses

create role coder;
grant create on schema public to coder;
create function public.coded(text) returns boolean language sql immutable return true;
alter function public.coded(text) owner to coder;
alter table app.tasks add check (public.coded(title));
