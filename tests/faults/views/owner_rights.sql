-- title: a view without security_invoker
-- finds: definer_rights | app.everything | reads users' rows with its owner's rights, so the caller's policies do not apply
-- pgrls: VIEW001 app.everything
-- pgrls: VIEW002 app.everything
-- pgrls: reachability {table}
-- mutant: around the policies
-- caught_by: definer_rights

create view app.everything as table {table};
grant select on app.everything to rowlock_api;
