-- revoke_all: revoke every privilege on one object.
create or replace function rowlock.revoke_all(
    object text, privileges aclitem[], owner oid
) returns void
language plpgsql
as $$
declare
    grantee text;
begin
    for grantee in
        select distinct case a.grantee when 0 then 'public' else a.grantee::regrole::text end
        from aclexplode(nullif(privileges, '{}')) as a
        where a.grantee <> owner
    loop
        -- A role with the grant option may have granted the privilege to others: hence cascade.
        execute format('revoke all on %s from %s cascade', object, grantee);
    end loop;
end
$$;
revoke all on function rowlock.revoke_all(text, aclitem[], oid) from public;
comment on function rowlock.revoke_all(text, aclitem[], oid) is
'Revoke every privilege on an object from every role except its owner.';
