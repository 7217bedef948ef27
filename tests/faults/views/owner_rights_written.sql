-- title: a view without security_invoker that the API's role may write
-- each: {privilege} = insert | update | delete
-- finds: definer_rights | app.everything | reads users' rows with its owner's rights, so the caller's policies do not apply
-- variant_of: owner_rights

create view app.everything as table app.tasks;
grant {privilege} on app.everything to rowlock_api;
