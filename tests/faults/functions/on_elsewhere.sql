-- title: a SECURITY DEFINER trigger function of a table outside schema app
-- finds: definer_functions | on_elsewhere on public.elsewhere | runs public.on_elsewhere() with the rights of postgres for every writer
-- pgrls: SEC001 public.elsewhere
-- pgrls: SEC014 public.on_elsewhere
-- pgrls: SEC015 public.on_elsewhere

create table public.elsewhere (id int);
create function public.on_elsewhere() returns trigger language plpgsql security definer
    set search_path = pg_catalog as 'begin return null; end';
revoke all on function public.on_elsewhere() from public;
create trigger on_elsewhere after insert on public.elsewhere for each row execute
    function public.on_elsewhere();
