-- Revokes what default privileges granted, and resets the owners, as in schema rowlock.
select
    rowlock.reclaim('schema', 'audit', nspowner),
    rowlock.revoke_all('schema audit', nspacl, nspowner)
from pg_namespace
where nspname = 'audit';

select rowlock.take_back(oid)
from pg_class
where relnamespace = 'audit'::regnamespace;

select
    rowlock.reclaim('function', oid::regprocedure::text, proowner),
    rowlock.revoke_all(
        format('function %s', oid::regprocedure),
        coalesce(proacl, acldefault('f', proowner)),
        proowner
    )
from pg_proc
where pronamespace = 'audit'::regnamespace;

grant usage on schema audit to rowlock_auditor;
grant select on all tables in schema audit to rowlock_auditor;
grant execute on all functions in schema audit to rowlock_auditor;
