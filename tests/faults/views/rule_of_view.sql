-- title: a view with security_invoker, and with a rule
-- since: 15
-- finds: definer_rights | app.asked | reads users' rows with its owner's rights, so the caller's policies do not apply
-- pgrls: VIEW002 app.asked

create view app.asked with (security_invoker = true) as select title from app.tasks;
create rule forward as on delete to app.asked do instead delete from app.tasks
    where title = old.title;
grant delete on app.asked to rowlock_api;
