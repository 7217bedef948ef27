"""Pitfalls of roles, views, functions, and of what goes around tables altogether."""

from tests.audit.pitfalls import on_table, pitfall

ROLES = [
    pitfall(
        "the API's role is a member of one with BYPASSRLS",
        "create role api_lord bypassrls; grant api_lord to rowlock_api;",
        "role_bypass",
        "role_membership",
    ),
    pitfall(
        "the API's role may create roles",
        "alter role rowlock_api createrole;",
        "role_attributes",
    ),
    pitfall(
        "the API's role reads all data",
        "grant pg_read_all_data to rowlock_api;",
        "role_membership",
        "outside",
    ),
    on_table(
        "the API's role owns a table",
        "owned",
        "alter table app.{0} owner to rowlock_api;",
        "ownership",
        "privileges",
    ),
    pitfall(
        "a login role with BYPASSRLS",
        "create role backup login bypassrls;",
        "bypass_rls",
    ),
    pitfall(
        "a login role that can become a superuser",
        "create role root superuser; create role admin noinherit; grant root to admin;"
        "create role clerk login noinherit; grant admin to clerk;",
        "reachable_roles",
    ),
    pitfall(
        "a login role that reads the server's files",
        "create role loader login; grant pg_read_server_files to loader;",
        "reachable_roles",
    ),
    pitfall(
        "a login role that reads all data",
        "create role analyst login; grant pg_read_all_data to analyst;",
        "reachable_roles",
    ),
    pitfall(
        "a login role that can speak for any user",
        "create role developer login; grant rowlock_api to developer;",
        "reachable_roles",
    ),
    pitfall(
        "an identity stored with a role",
        "create role bound; alter role bound set app.user_id = 'alice';",
        "stored_settings",
    ),
    pitfall(
        "triggers that a stored setting silences",
        "create role silent; alter role silent set session_replication_role = replica;",
        "stored_settings",
    ),
]

# Of the two roles of the trail nobody is a member: they write it, and thin it out.
ROLES_OF_THE_TRAIL = [
    pitfall(
        "a role that can write history",
        "create role forger; grant rowlock_recorder to forger;",
        "trail_roles",
    ),
    pitfall(
        "a login role that can thin history out",
        "create role forgetful login noinherit; grant rowlock_retention to forgetful;",
        "trail_roles",
    ),
]

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
        "a materialised view among the tables",
        "create materialized view app.stale as select title from app.tasks;",
        "tables_rls",
    ),
]

SETTINGS = [
    pitfall(
        "a search path stored for the API's role",
        "alter role rowlock_api set search_path = public;",
        "stored_settings",
    ),
    pitfall(
        "another role stored for the API's",
        "create role disguise; alter role rowlock_api set role = disguise;",
        "stored_settings",
    ),
    pitfall(
        "large objects without privileges, for everybody",
        "alter role all set lo_compat_privileges = on;",
        "stored_settings",
    ),
    pitfall(
        "an identity stored in capitals",
        "create role loud; alter role loud set \"APP.USER_ID\" = 'alice';",
        "stored_settings",
    ),
]

CATALOGUE = [
    pitfall(
        "samples of every user's words, in the catalogue's statistics",
        "grant select on pg_statistic to public;",
        "catalogue_privileges",
    ),
    pitfall(
        "the server's files, by a function of the catalogue",
        "grant execute on function pg_read_file(text) to rowlock_api;",
        "catalogue_privileges",
    ),
    pitfall(
        "a parameter that silences triggers",
        "grant set on parameter session_replication_role to rowlock_api;",
        "parameter_grants",
        since=150000,
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

AROUND = [
    on_table(
        "a publication",
        "published",
        "create publication one for table app.{0};",
        "publications",
    ),
    pitfall(
        "a publication of everything",
        "create publication everything for all tables;",
        "publications",
    ),
    pitfall(
        "a publication of the schema",
        "create publication the_schema for tables in schema app;",
        "publications",
        since=150000,
    ),
    pitfall(
        "a publication of the trail",
        "create publication the_heads for table trail.heads;",
        "publications",
    ),
    pitfall(
        "a publication of the trail's schema",
        "create publication the_trail for tables in schema trail;",
        "publications",
        since=150000,
    ),
    on_table(
        "a child that is read past its parent's policies",
        "parent",
        "create table public.child () inherits (app.{0});",
        "inheritance",
    ),
    on_table(
        "a parent that shows what its child's policies hide",
        "heir",
        "create table public.ancestor (user_id text);alter table app.{0} inherit public.ancestor;",
        "inheritance",
    ),
    pitfall(
        "a foreign table, which no policy covers",
        "create foreign data wrapper hollow; create server nowhere foreign data wrapper hollow;"
        "create foreign table app.far (user_id text) server nowhere;",
        "tables_rls",
    ),
    pitfall(
        "a server that logs what users write",
        "set local log_statement = 'all';",
        "logged_words",
    ),
]

ALL = (
    ROLES
    + SETTINGS
    + ROLES_OF_THE_TRAIL
    + CATALOGUE
    + VIEWS
    + VIEWS_WITH_RULES
    + VIEWS_OF_THE_TRAIL
    + FUNCTIONS
    + AROUND
)
