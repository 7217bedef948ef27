-- after: revokes what before.sql granted to install the functions.
do $$
begin
    revoke create on schema trail from rowlock_recorder, rowlock_retention;
    if not (select rolsuper from pg_roles where rolname = current_user) then
        revoke rowlock_recorder, rowlock_retention from current_user;
    end if;
end
$$;
