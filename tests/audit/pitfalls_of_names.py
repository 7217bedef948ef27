"""Pitfalls of names: what somebody else could put in the place of what a statement means."""

from tests.audit.pitfalls import on_table, pitfall

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
        "an aggregate of a function with its owner's rights",
        "create function public.gathered(text, text) returns text language sql security definer"
        " set search_path = pg_catalog as 'select string_agg(title, $$,$$) from app.tasks';"
        "revoke all on function public.gathered(text, text) from public;"
        "create aggregate public.gather(text) (sfunc = public.gathered, stype = text);",
        "definer_rights",
    ),
    pitfall(
        "an aggregate of such a function that another login may execute",
        "create role gatherer login;"
        "create function public.collected(text, text) returns text language sql security definer"
        " set search_path = pg_catalog as 'select string_agg(title, $$,$$) from app.tasks';"
        "revoke all on function public.collected(text, text) from public;"
        "create aggregate public.collect(text) (sfunc = public.collected, stype = text);"
        "revoke all on function public.collect(text) from public;"
        "grant execute on function public.collect(text) to gatherer;",
        "definer_functions",
    ),
    pitfall(
        "an operator class of a function with its owner's rights",
        "create function public.compared(text, text) returns int language sql immutable"
        " security definer set search_path = pg_catalog as 'select 0';"
        "revoke all on function public.compared(text, text) from public;"
        "create operator class public.comparing for type text using btree as operator 1 <,"
        " operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,"
        " function 1 public.compared(text, text);",
        "definer_rights",
    ),
    pitfall(
        "a function with its owner's rights that an extension was given",
        "create function public.adopted() returns bigint language sql security definer"
        " set search_path = pg_catalog as 'select count(*) from app.tasks';"
        "alter extension plpgsql add function public.adopted();",
        "definer_rights",
    ),
    pitfall(
        "a constraint that calls a function of another role",
        "create role coder; grant create on schema public to coder;"
        "create function public.coded(text) returns boolean language sql immutable return true;"
        "alter function public.coded(text) owner to coder;"
        "alter table app.tasks add check (public.coded(title));",
        "foreign_code",
    ),
    on_table(
        "a composite type that leads to a function of another role",
        "composed",
        "create role composer; grant create on schema public to composer;"
        "create function public.composes(text) returns boolean language sql immutable return true;"
        "alter function public.composes(text) owner to composer;"
        "create domain public.composed_word as text check (public.composes(value));"
        "create type public.composed_pair as (one public.composed_word);"
        "alter table app.{0} add pair public.composed_pair;",
        "foreign_code",
    ),
    on_table(
        "a column of another role's row type",
        "typed",
        "create role typist; grant create on schema public to typist;"
        "create table public.types (one int); alter table public.types owner to typist;"
        "alter table app.{0} add one public.types;",
        "foreign_code",
    ),
    on_table(
        "a default that asks another role's sequence",
        "numbered",
        "create role counter; grant create on schema public to counter;"
        "create sequence public.numbers; alter sequence public.numbers owner to counter;"
        "alter table app.{0} add number bigint default nextval('public.numbers');",
        "foreign_code",
    ),
    on_table(
        "statistics over a function of another role",
        "measured",
        "create role measurer; grant create on schema public to measurer;"
        "create function public.measures(text) returns text language sql immutable return $1;"
        "alter function public.measures(text) owner to measurer;"
        "create statistics app.measured_body on (public.measures(body)) from app.{0};",
        "foreign_code",
    ),
    on_table(
        "a constraint that reads another role's view",
        "viewed",
        "create role looker; grant create on schema public to looker;"
        "create view public.viewed as select 1 as one; alter view public.viewed owner to looker;"
        "create function public.views() returns boolean language sql begin atomic"
        " select exists (select from public.viewed); end;"
        "alter table app.{0} add check (public.views());",
        "foreign_code",
    ),
    on_table(
        "an extension of another role that holds a called function",
        "extended",
        "create role extender; grant create on schema public to extender;"
        "create function public.extends(text) returns boolean language sql immutable return true;"
        "alter function public.extends(text) owner to extender;"
        "alter table app.{0} add check (public.extends(body));"
        "alter extension plpgsql add function public.extends(text);"
        "update pg_extension set extowner = 'extender'::regrole where extname = 'plpgsql';",
        "foreign_code",
    ),
]
