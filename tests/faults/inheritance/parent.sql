-- title: a child table that shows rows which the parent's policies hide
-- finds: inheritance | public.child | holds rows of {table}, and policies do not cover it by itself
-- pgrls: SEC001 public.child

create table public.child () inherits ({table});
