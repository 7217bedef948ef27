-- title: an aggregate of a SECURITY DEFINER function, which another login role may execute
-- finds: definer_functions | public.collect(text) | runs public.collected(text,text) with the rights of its owner postgres, and gatherer may execute it
-- pgrls: SEC014 public.collected
-- pgrls: SEC015 public.collected

create role gatherer login;
create function public.collected(text, text) returns text language sql security definer
    set search_path = pg_catalog as 'select string_agg(title, $$,$$) from app.tasks';
revoke all on function public.collected(text, text) from public;
create aggregate public.collect(text) (sfunc = public.collected, stype = text);
revoke all on function public.collect(text) from public;
grant execute on function public.collect(text) to gatherer;
