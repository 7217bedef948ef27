"""Ways around the policies: views, functions, triggers, copies and rules."""

from tests.policies.mutant import mutant

ALL = (
    mutant(
        "around the policies",
        "view with its owner's rights",
        "create view app.everything as select * from {table};"
        "grant select on app.everything to rowlock_api",
        *("definer_rights",),
    ),
    mutant(
        "around the policies",
        "materialised view",
        "create materialized view app.everything as select * from {table}",
        *("tables_rls",),
    ),
    mutant(
        "around the policies",
        "function with its owner's rights",
        "create function app.everything() returns setof {table} language sql"
        " security definer return (select t from {table} as t limit 1)",
        *("definer_rights",),
    ),
    mutant(
        "around the policies",
        "view with its owner's rights, for writing",
        "create view public.everything as select * from {table};"
        "grant delete on public.everything to rowlock_api",
        *("definer_rights", "outside"),
    ),
    mutant(
        "around the policies",
        "trigger with its owner's rights",
        "create function app.spy() returns trigger language plpgsql security definer"
        " as 'begin return new; end';"
        "revoke execute on function app.spy() from public;"
        "create trigger spy before insert on {table} for each row execute function app.spy()",
        *("definer_rights", "drift"),
    ),
    mutant(
        "around the policies",
        "aggregate of a function with its owner's rights",
        "create function app.step(text, text) returns text language sql security definer"
        " as 'select max(t::text) from {table} as t';"
        "revoke execute on function app.step(text, text) from public;"
        "create aggregate app.everything(text) (sfunc = app.step, stype = text)",
        *("definer_rights",),
    ),
    mutant(
        "around the policies",
        "function with its owner's rights in an extension",
        "create function app.everything() returns setof {table} language sql"
        " security definer return (select t from {table} as t limit 1);"
        "alter extension plpgsql add function app.everything()",
        *("definer_rights",),
    ),
    mutant(
        "around the policies",
        "copy outside schema app",
        "create table public.copied as select * from {table};"
        "grant select on public.copied to rowlock_api",
        *("outside",),
    ),
    mutant(
        "around the policies",
        "rule",
        "create rule kept as on delete to {table} do instead nothing -- {delete} lets it do harm",
        *("matrix", "tables_rules", "drift"),
    ),
    mutant(
        "around the policies",
        "names that others decide",
        "grant create on schema public to public;"
        "alter role rowlock_api set search_path = public -- {table} is read by such names",
        *("drift", "outside", "search_path", "settings"),
    ),
)
