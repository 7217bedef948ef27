-- heads_now: the position and hash of each user's last event, for the auditor.
--
-- Stored outside this database, where no role that can rewrite a chain can write, they prove that a
-- chain was rewritten.
create or replace function trail.heads_now(only_user text default null)
returns table (user_id text, place bigint, hash text)
language plpgsql stable security definer
set search_path = pg_catalog
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
    return query
    select h.user_id, h.position, encode(h.hash, 'hex')
    from trail.heads as h
    where h.user_id = only_user collate "default" or only_user is null
    order by h.user_id;
end
$$;

comment on function trail.heads_now(text) is 'The position and hash of each user''s last event.';
