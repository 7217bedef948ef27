-- title: a SECURITY DEFINER trigger function outside schema app
-- finds: definer_rights | public.spy() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- finds: definer_search_path | public.spy() | is SECURITY DEFINER and sets no search_path: its caller decides which objects its names find
-- variant_of: trigger_spy

create function app.spy() returns trigger language plpgsql security definer as 'begin
    return new; end';
revoke execute on function app.spy() from public;
alter function app.spy() set schema public;
create trigger spy before insert on app.tasks for each row execute function public.spy();
