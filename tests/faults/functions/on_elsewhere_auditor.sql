-- title: a function of the auditor's rights behind a trigger of a table elsewhere
-- finds: definer_functions | logged on public.log | runs public.peek() with the rights of rowlock_auditor for every writer
-- variant_of: on_elsewhere

create table public.log (id int);
create function public.peek() returns trigger language plpgsql security definer
    set search_path = pg_catalog as 'begin return null; end';
revoke all on function public.peek() from public;
create trigger logged after insert on public.log for each row execute function public.peek();
grant create on schema public to rowlock_auditor;
alter function public.peek() owner to rowlock_auditor;
