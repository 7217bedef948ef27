-- schema: rowlock, which records what is installed. It is created first.

-- The owner of one of these schemas could have created triggers in it, and they would run with the
-- rights of the role that migrates.
do $$
declare
    squatted record;
begin
    for squatted in
        select nspname, nspowner::regrole as owner
        from pg_namespace
        where nspname in ('app', 'rowlock', 'trail') and not pg_has_role(current_user, nspowner, 'member')
    loop
        raise exception 'schema % belongs to %, not to the role that migrates: migrate as that role, or drop the schema',
            squatted.nspname, squatted.owner;
    end loop;
end
$$;

create schema if not exists rowlock;
