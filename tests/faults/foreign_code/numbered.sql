-- title: a default that reads another role's sequence
-- finds: foreign_code | public.numbers | is used for users' rows, and belongs to counter, who can change it
-- no_pgrls: the owners of what a table uses

create role counter;
grant create on schema public to counter;
create sequence public.numbers;
alter sequence public.numbers owner to counter;
alter table {table} add number bigint default nextval('public.numbers');
