-- identity: the user that a transaction is bound to.
--
-- api/database/identity.py binds the verified user id to the transaction, in the same packet as the
-- first statement:  select set_config('app.user_id', <sub>, true)
-- Every policy reads it through app.current_user_id(). The planner inlines the function and reads
-- the value, so it makes the plan for that user (docs/decisions/0011).

-- Outside such a transaction the setting is NULL or ''. Then the function returns NULL, and no
-- policy lets a row through, because no user_id equals NULL.
create or replace function app.current_user_id() returns text
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '');

comment on function app.current_user_id() is
'The user to whom the transaction is bound (setting app.user_id), or NULL without one.';

select
    rowlock.reclaim('schema', 'app', nspowner),
    rowlock.revoke_all('schema app', nspacl, nspowner)
from pg_namespace
where nspname = 'app';

select
    rowlock.reclaim('function', oid::regprocedure::text, proowner),
    rowlock.revoke_all(
        format('function %s', oid::regprocedure),
        coalesce(proacl, acldefault('f', proowner)),
        proowner
    )
from pg_proc
where oid = to_regprocedure('app.current_user_id()');

grant usage on schema app to rowlock_api, rowlock_recorder, rowlock_retention;
grant execute on function app.current_user_id()
to rowlock_api, rowlock_recorder, rowlock_retention;
