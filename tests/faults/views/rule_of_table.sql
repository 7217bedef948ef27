-- title: a table with a rule that writes users' rows
-- finds: view_owner_rights | public.inbox | shows users' rows with its owner's rights to sender
-- pgrls: SEC001 public.inbox

create table public.inbox (title text);
create rule forward as on insert to public.inbox do instead update app.tasks
    set title = new.title;
create role sender;
grant insert on public.inbox to sender;
