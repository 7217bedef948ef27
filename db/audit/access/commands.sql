-- access_commands: the commands that audit.access shows.
create function audit.access_commands()
returns table (command text, policy_code text)
language sql immutable
set search_path = pg_catalog
as $$
    -- TRUNCATE has no code: policies do not apply to it.
    values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd'), ('truncate', null)
$$;
comment on function audit.access_commands() is
'The commands in audit.access, each with its code in pg_policy.polcmd.';
