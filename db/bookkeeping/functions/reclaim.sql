-- reclaim: give one object to the role that migrates.
create or replace function rowlock.reclaim(kind text, object text, owner oid) returns void
language plpgsql
as $$
declare
    rightful constant oid := nspowner from pg_namespace where nspname = 'rowlock';
begin
    if owner <> rightful then
        execute format('alter %s %s owner to %s', kind, object, rightful::regrole);
    end if;
end
$$;
revoke all on function rowlock.reclaim(text, text, oid) from public;
comment on function rowlock.reclaim(text, text, oid) is
'Make the owner of schema rowlock the owner of an object. That role migrated first.';
