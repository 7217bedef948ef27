-- columns: the values that Postgres itself writes into columns of users' rows.

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

-- The trigger function for tables with columns updated_at and version. A policy file creates:
--   create trigger notes_touch before update on app.notes
--   for each row execute function app.touch();
create or replace function app.touch() returns trigger
language plpgsql
as $$
begin
    new.updated_at := now();
    new.version := old.version + 1;
    return new;
end
$$;

comment on function app.touch() is 'The trigger that writes updated_at and version.';

select
    rowlock.reclaim('function', oid::regprocedure::text, proowner),
    rowlock.revoke_all(
        format('function %s', oid::regprocedure),
        coalesce(proacl, acldefault('f', proowner)),
        proowner
    )
from pg_proc
where oid in (to_regprocedure('app.new_id()'), to_regprocedure('app.touch()'));

grant execute on function app.new_id() to rowlock_api;

-- NOTE: only the owner has EXECUTE on app.touch(). A trigger runs its function without an EXECUTE
-- check.
