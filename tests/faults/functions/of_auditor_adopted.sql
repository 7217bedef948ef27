-- title: a SECURITY DEFINER function of the auditor that is a member of an extension
-- finds: definer_functions | public.peek() | runs with the rights of its owner rowlock_auditor, and clerk may execute it
-- variant_of: of_names

-- With `alter extension … add`, its owner can make any object a member.
create role clerk login;
create function public.peek() returns int language sql security definer
    set search_path = pg_catalog as 'select 1';
revoke all on function public.peek() from public;
grant create on schema public to rowlock_auditor;
alter function public.peek() owner to rowlock_auditor;
grant execute on function public.peek() to clerk;
alter extension plpgsql add function public.peek();
