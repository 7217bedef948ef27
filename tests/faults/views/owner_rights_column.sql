-- title: a view without security_invoker, with a grant of one column
-- finds: definer_rights | app.everything | reads users' rows with its owner's rights, so the caller's policies do not apply
-- variant_of: owner_rights

create view app.everything as select * from app.tasks;
grant select (title) on app.everything to rowlock_api;
