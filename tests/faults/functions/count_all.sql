-- title: a SECURITY DEFINER function that another one calls
-- finds: definer_rights | public.pass_on() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- finds: definer_functions | public.count_all() | runs with the rights of its owner postgres, and "between" may execute it
-- pgrls: SEC014 public.count_all
-- pgrls: SEC014 public.pass_on
-- pgrls: SEC015 public.count_all
-- pgrls: SEC015 public.pass_on
-- pgrls: escalation public.pass_on

create role between;
create function public.count_all() returns bigint language sql security definer
    set search_path = pg_catalog as 'select count(*) from app.tasks';
revoke execute on function public.count_all() from public;
grant execute on function public.count_all() to between;
create function public.pass_on() returns bigint language sql security definer
    set search_path = pg_catalog as 'select public.count_all()';
alter function public.pass_on() owner to between;
