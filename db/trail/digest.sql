-- digest: the hash of an event.
--
-- It is the SHA-256 of the previous event's hash (of nothing, for a user's first event) followed by
-- this JSON array, as jsonb is printed, in UTF-8:
--   [user_id, position, microseconds since 1970, action, table_name, row_id, changes, request_id,
--    session_role]
-- To recompute one: select trail.digest(previous_hash, user_id, position, …) from app.events.
create or replace function trail.digest(
    previous_hash bytea,
    user_id text,
    place bigint,
    occurred_at timestamptz,
    action text,
    table_name text,
    row_id text,
    changes jsonb,
    request_id text,
    session_role text
) returns bytea
language sql stable parallel safe
return sha256(
    coalesce(previous_hash, '') || convert_to(
        jsonb_build_array(
            user_id, place, trim_scale(extract(epoch from occurred_at) * 1000000), action,
            table_name, row_id, changes, request_id, session_role
        )::text,
        'UTF8'
    )
);

comment on function trail.digest(
    bytea, text, bigint, timestamptz, text, text, text, jsonb, text, text
) is 'The hash of an event, from the previous event''s hash and the event''s columns.';
