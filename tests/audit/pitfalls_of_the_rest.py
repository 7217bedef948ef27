"""Pitfalls of views and functions."""

from tests.audit.pitfalls import on_table, pitfall

VIEWS = [
    pitfall(
        "a view with its owner's rights",
        "create view app.everything as table app.tasks;"
        "grant select on app.everything to rowlock_api;",
        "definer_rights",
    ),
    pitfall(
        "a view of a view, in another schema",
        "create view public.inner_view as table app.tasks;"
        "create view public.outer_view as table public.inner_view;"
        "create role viewer; grant select on public.outer_view to viewer;",
        "view_owner_rights",
    ),
    pitfall(
        "a materialised view",
        "create materialized view public.snapshot as table app.tasks;"
        "create role reporter; grant select on public.snapshot to reporter;",
        "view_owner_rights",
    ),
    pitfall(
        "a materialised view that another role was given",
        "create materialized view public.handed as select title from app.tasks;"
        "create role taker; grant create on schema public to taker;"
        "alter materialized view public.handed owner to taker;",
        "view_owner_rights",
    ),
    pitfall(
        "a materialised view among the tables",
        "create materialized view app.stale as select title from app.tasks;",
        "tables_rls",
    ),
]

VIEWS_WITH_RULES = [
    pitfall(
        "a view with its caller's rights, and a rule with its owner's",
        "create view app.asked with (security_invoker = true) as select title from app.tasks;"
        "create rule forward as on delete to app.asked do instead"
        " delete from app.tasks where title = old.title;"
        "grant delete on app.asked to rowlock_api;",
        "definer_rights",
        since=150000,
    ),
    pitfall(
        "a table whose rule writes users' rows",
        "create table public.inbox (title text); create rule forward as on insert to public.inbox"
        " do instead update app.tasks set title = new.title;"
        "create role sender; grant insert on public.inbox to sender;",
        "view_owner_rights",
    ),
]

VIEWS_OF_THE_TRAIL = [
    pitfall(
        "a view of the trail",
        "create view app.chains as table trail.heads; grant select on app.chains to rowlock_api;",
        "definer_rights",
    ),
    pitfall(
        "a view of a partition, for everybody",
        "create view public.history as table trail.events_default;"
        "grant select on public.history to public;",
        "definer_rights",
        "outside",
    ),
    pitfall(
        "a materialised view of the trail",
        "create materialized view public.chains_then as table trail.heads;"
        "create role historian; grant select on public.chains_then to historian;",
        "view_owner_rights",
    ),
]

FUNCTIONS = [
    pitfall(
        "a function with its owner's rights",
        "create function app.all_tasks() returns bigint language sql security definer"
        " set search_path = pg_catalog, pg_temp as 'select count(*) from app.tasks';",
        "definer_rights",
    ),
    pitfall(
        "a function with its owner's rights and its caller's search path",
        "create function public.lookup() returns bigint language sql security definer"
        " as 'select 1::bigint'; revoke execute on function public.lookup() from public;",
        "definer_search_path",
    ),
    pitfall(
        "a leaky function called leakproof",
        "create function public.tell(text) returns boolean language plpgsql leakproof"
        " as 'begin raise notice ''%'', $1; return true; end';",
        "leakproof",
    ),
    pitfall(
        "an identity that changes within a statement",
        "alter function app.current_user_id() volatile;",
        "identity_function",
    ),
    pitfall(
        "an identity that another role can replace",
        "create role impostor; alter function app.current_user_id() owner to impostor;",
        "foreign_code",
        "identity_function",
    ),
    pitfall(
        "an identity that was replaced",
        "create or replace function app.new_id() returns uuid language sql volatile"
        " return '00000000-0000-0000-0000-000000000000'::uuid;",
        "drift",
    ),
    pitfall(
        "a function with rights that lead to another's",
        "create role between; create function public.count_all() returns bigint language sql"
        " security definer set search_path = pg_catalog as 'select count(*) from app.tasks';"
        "revoke execute on function public.count_all() from public;"
        "grant execute on function public.count_all() to between;"
        "create function public.pass_on() returns bigint language sql security definer"
        " set search_path = pg_catalog as 'select public.count_all()';"
        "alter function public.pass_on() owner to between;",
        "definer_rights",
        "definer_functions",
    ),
    on_table(
        "a trigger with its owner's rights",
        "triggered",
        "create function app.spy() returns trigger language plpgsql security definer"
        " set search_path = pg_catalog, pg_temp as 'begin return new; end';"
        "revoke execute on function app.spy() from public;"
        "create trigger spy before insert on app.{0} for each row execute function app.spy();",
        "definer_rights",
    ),
    on_table(
        "a trigger that does not fire",
        "quiet",
        "create trigger kept before update on app.{0} for each row"
        " execute function suppress_redundant_updates_trigger();"
        "alter table app.{0} disable trigger kept;",
        "tables_rules",
    ),
    on_table(
        "a rule that rewrites a command",
        "rewritten",
        "create rule kept as on delete to app.{0} do instead nothing;",
        "tables_rules",
    ),
]

ALL = VIEWS + VIEWS_WITH_RULES + VIEWS_OF_THE_TRAIL + FUNCTIONS
