-- title: a SECURITY DEFINER function that another login role may execute
-- finds: definer_functions | public.of_names() | runs with the rights of its owner postgres, and clerk_of_names may execute it
-- pgrls: SEC014 public.of_names
-- pgrls: SEC015 public.of_names

create role clerk_of_names login;
create function public.of_names() returns bigint language sql security definer
    set search_path = pg_catalog as 'select count(*) from app.tasks';
revoke all on function public.of_names() from public;
grant execute on function public.of_names() to clerk_of_names;
