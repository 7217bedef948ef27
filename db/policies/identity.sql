-- identity: who is asking.
--
-- api/database/identity.py binds the verified user id to the transaction, in the same packet as the first
-- statement:  select set_config('app.user_id', <sub>, true)
-- Every policy reads it through app.current_user_id(). The planner puts the function's body in its
-- place and looks at the value, so it plans for the user who asks (docs/decisions/0011).

-- Outside such a transaction the setting reads as NULL or as ''. Both mean nobody, and nobody
-- sees no row and writes none, because no row's user_id equals NULL.
create or replace function app.current_user_id() returns text
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '');

comment on function app.current_user_id() is
'The user the transaction is bound to (setting app.user_id), or NULL: nobody.';

-- The default id of a row: a UUID of version 7 (RFC 9562), which sorts by time of creation.
-- Postgres 18 has uuidv7(). Before it, the first 48 bits of a random UUID are overlaid with the
-- Unix time in milliseconds, and the version's two differing bits are set: 0100 becomes 0111.
do $do$
begin
    if current_setting('server_version_num')::int >= 180000 then
        create or replace function app.new_id() returns uuid
        language sql volatile parallel safe
        return uuidv7();
    else
        create or replace function app.new_id() returns uuid
        language sql volatile parallel safe
        return encode(
            set_bit(
                set_bit(
                    overlay(
                        uuid_send(gen_random_uuid())
                        placing substring(
                            int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3
                        )
                        from 1 for 6
                    ),
                    52, 1
                ),
                53, 1
            ),
            'hex'
        )::uuid;
    end if;
end
$do$;

comment on function app.new_id() is 'A new UUID of version 7 (RFC 9562).';

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
where oid in (to_regprocedure('app.current_user_id()'), to_regprocedure('app.new_id()'));

grant usage on schema app to rowlock_api, rowlock_recorder, rowlock_retention;
grant execute on function app.current_user_id()
to rowlock_api, rowlock_recorder, rowlock_retention;
grant execute on function app.new_id() to rowlock_api;
