-- title: a SECURITY DEFINER trigger function of the auditor, of a table outside schema app
-- finds: definer_functions | logged on public.log | runs public.peek() with the rights of rowlock_auditor for every writer
-- variant_of: on_elsewhere

create table public.log (id int);
create function public.peek() returns trigger language plpgsql security definer
    set search_path = pg_catalog as 'begin return null; end';
revoke all on function public.peek() from public;
create trigger logged after insert on public.log for each row execute function public.peek();
grant create on schema public to rowlock_auditor;
alter function public.peek() owner to rowlock_auditor;
