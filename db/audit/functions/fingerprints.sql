-- This is a function because a view cannot set search_path, on which printed definitions depend.
create function audit.fingerprints()
returns table (file text, fingerprint text)
language sql stable
set search_path = pg_catalog
as $$
    select file, fingerprint from rowlock.live_policies
$$;
comment on function audit.fingerprints() is
'rowlock.live_policies, the same for every search path of the caller.';
