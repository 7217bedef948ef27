-- title: a materialised view that the API's role may read
-- each: {grantee} = public | rowlock_api
-- finds: definer_rights | public.copy | reads users' rows with its owner's rights, so the caller's policies do not apply
-- finds: outside | public.copy | can be used, and no check covers its rows
-- variant_of: snapshot

create materialized view public.copy as select * from app.tasks;
grant select on public.copy to {grantee};
