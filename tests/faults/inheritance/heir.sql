-- title: a parent table that shows rows which the child's policies hide
-- finds: inheritance | public.ancestor | shows the rows of {table} without applying its policies
-- pgrls: SEC001 public.ancestor

create table public.ancestor (user_id text);
alter table {table} inherit public.ancestor;
