"""Pitfalls of names: what somebody else could put in the place of what a statement means."""

from tests.audit.pitfalls import pitfall

ALL = [
    pitfall(
        "a schema that the API looks names up in, where another role can create",
        "create role squatter login; grant create on schema public to squatter;"
        "alter role rowlock_api set search_path = public;",
        "search_path",
        "settings",
        "stored_settings",
    ),
    pitfall(
        "a role that can create in Postgres's own schema",
        "create role cuckoo login; grant create on schema pg_catalog to cuckoo;",
        "search_path",
    ),
    pitfall(
        "a function with its owner's rights among Postgres's own",
        "create function pg_temp.count_named() returns bigint language sql security definer"
        " set search_path = pg_catalog as 'select count(*) from app.tasks';"
        "set local allow_system_table_mods = on;"
        "update pg_proc set pronamespace = 'pg_catalog'::regnamespace"
        " where proname = 'count_named';",
        "definer_rights",
    ),
    pitfall(
        "a function with its owner's rights that another login may execute",
        "create role clerk_of_names login;"
        "create function public.of_names() returns bigint language sql security definer"
        " set search_path = pg_catalog as 'select count(*) from app.tasks';"
        "revoke all on function public.of_names() from public;"
        "grant execute on function public.of_names() to clerk_of_names;",
        "definer_functions",
    ),
    pitfall(
        "a function with its owner's rights that looks into schema public",
        "create function public.in_public() returns bigint language sql security definer"
        " set search_path = public as 'select 1::bigint';"
        "revoke all on function public.in_public() from public;",
        "definer_search_path",
    ),
    pitfall(
        "a function with its owner's rights behind a trigger of a table elsewhere",
        "create table public.elsewhere (id int);"
        "create function public.on_elsewhere() returns trigger language plpgsql security definer"
        " set search_path = pg_catalog as 'begin return null; end';"
        "revoke all on function public.on_elsewhere() from public;"
        "create trigger on_elsewhere after insert on public.elsewhere"
        " for each row execute function public.on_elsewhere();",
        "definer_functions",
    ),
    pitfall(
        "a constraint that calls a function of another role",
        "create role coder; grant create on schema public to coder;"
        "create function public.coded(text) returns boolean language sql immutable return true;"
        "alter function public.coded(text) owner to coder;"
        "alter table app.tasks add check (public.coded(title));",
        "foreign_code",
    ),
]
