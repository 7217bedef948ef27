-- privileges: who owns each function of schema trail, and who may execute it.
--
-- Functions that read or write users' rows belong to rowlock_recorder or rowlock_retention, two
-- roles without members to which policies apply. All others belong to the owner of the tables.
do $$
declare
    signature regprocedure;
    owner oid;
    acl aclitem[];
    rightful name;
begin
    for signature, owner, acl, rightful in
        select
            p.oid,
            p.proowner,
            coalesce(p.proacl, acldefault('f', p.proowner)),
            r.role
        from pg_proc as p
        left join (
            values
            ('record', 'rowlock_recorder'),
            ('append', 'rowlock_recorder'),
            ('digest', 'rowlock_recorder'),
            ('links', 'rowlock_recorder'),
            ('broken_links', 'rowlock_recorder'),
            ('broken_anchors', 'rowlock_recorder'),
            ('chains', 'rowlock_recorder'),
            ('verify', 'rowlock_recorder'),
            ('heads_now', 'rowlock_recorder'),
            ('retain', 'rowlock_retention')
        ) as r (name, role) on p.proname = r.name
        where p.pronamespace = 'trail'::regnamespace
    loop
        perform rowlock.revoke_all(format('routine %s', signature), acl, owner);
        if rightful is null then
            perform rowlock.reclaim('routine', signature::text, owner);
        else
            execute format('alter routine %s owner to %I', signature, rightful);
        end if;
    end loop;
end
$$;

-- The owner needs EXECUTE on a trigger's function to create the trigger. Called without a trigger,
-- trail.record() only raises an error.
do $$
begin
    execute format(
        'grant execute on function trail.record(), trail.retain(integer) to %s', nspowner::regrole
    )
    from pg_namespace
    where nspname = 'trail';
end
$$;

-- NOTE: nothing of schema trail is granted to rowlock_api.
grant usage on schema trail to rowlock_recorder, rowlock_retention, rowlock_auditor;
grant execute on function trail.verify(text) to rowlock_auditor;
grant execute on function trail.heads_now(text) to rowlock_auditor;
grant execute on function trail.drop_before(timestamptz) to rowlock_retention;
