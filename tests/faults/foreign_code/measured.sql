-- title: extended statistics that call a function of another role
-- finds: foreign_code | public.measures(pg_catalog.text) | is used for users' rows, and belongs to measurer, who can change it
-- no_pgrls: the owners of what a table uses

create role measurer;
grant create on schema public to measurer;
create function public.measures(text) returns text language sql immutable return $1;
alter function public.measures(text) owner to measurer;
create statistics {table}_body on (public.measures(body)) from {table};
