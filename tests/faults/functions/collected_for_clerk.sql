-- title: an aggregate of a SECURITY DEFINER function of another role
-- finds: definer_functions | public.all_of(text) | runs public.step(text,text) with the rights of its owner rowlock_auditor, and clerk may execute it
-- variant_of: collected

-- The aggregate belongs to the owner. EXECUTE on its support functions is not checked.
create role clerk login;
create function public.step(text, text) returns text language sql security definer
    set search_path = pg_catalog as 'select $1';
revoke all on function public.step(text, text) from public;
create aggregate public.all_of(text) (sfunc = public.step, stype = text);
revoke all on function public.all_of(text) from public;
grant create on schema public to rowlock_auditor;
alter function public.step(text, text) owner to rowlock_auditor;
grant execute on function public.all_of(text) to clerk;
