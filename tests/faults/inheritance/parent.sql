-- title: a child that is read past its parent's policies
-- finds: inheritance | public.child | holds rows of {table}, and policies do not cover it by itself
-- pgrls: SEC001 public.child

create table public.child () inherits ({table});
