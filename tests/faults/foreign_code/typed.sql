-- title: a column of another role's row type
-- finds: foreign_code | public.types | is used for users' rows, and belongs to typist, who can change it
-- pgrls: SEC001 public.types

create role typist;
grant create on schema public to typist;
create table public.types (one int);
alter table public.types owner to typist;
alter table {table} add one public.types;
