"""Pitfalls of what goes around tables altogether: copies, other schemas, and the server."""

from tests.audit.pitfalls import on_table, pitfall

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
    pitfall(
        "a server that logs what statements were parsed into",
        "set local debug_print_plan = on;",
        "logged_words",
    ),
]

OTHER_SCHEMAS = [
    pitfall(
        "a view among the tables that shows a table elsewhere",
        "create schema billing; create table billing.cards (holder text, digits text);"
        "create view app.cards as table billing.cards; grant select on app.cards to rowlock_api;",
        "outside",
    ),
    pitfall(
        "a view among the tables, of a view elsewhere",
        "create schema ledger; create table ledger.entries (amount int);"
        "create view ledger.sums as select sum(amount) as sum from ledger.entries;"
        "create view app.sums as table ledger.sums; grant select on app.sums to rowlock_api;",
        "outside",
    ),
    pitfall(
        "a table of users' rows in another schema, with a reader",
        "create table public.addresses (user_id text, street text);"
        "create role postman; grant select on public.addresses to postman;",
        "rows_elsewhere",
    ),
    pitfall(
        "a column of users' rows in another schema, with a reader",
        'create schema accounts; create table accounts.session ("userId" text, token text);'
        "create role steward; grant select (token) on accounts.session to steward;",
        "rows_elsewhere",
    ),
    pitfall(
        "a policy of users' rows in another schema that is true for every row",
        "create table public.letters (user_id text, body text);"
        "alter table public.letters enable row level security;"
        "create policy letters on public.letters using (true);"
        "create role courier login; grant select on public.letters to courier;",
        "rows_elsewhere",
    ),
    pitfall(
        "a table of users' rows in another schema that may be changed unread",
        "create table public.parcels (user_id text, street text);"
        "create role packer login; grant update on public.parcels to packer;",
        "rows_elsewhere",
    ),
    pitfall(
        "a table of users' rows that belongs to a login",
        "create table public.kept_by (user_id text, body text);"
        "create role keeper_of_rows login; alter table public.kept_by owner to keeper_of_rows;",
        "rows_elsewhere",
    ),
    pitfall(
        "a table of users' rows in the server's own schema",
        "create table public.disguised (user_id text); create role spy;"
        "grant select on public.disguised to spy; set local allow_system_table_mods = on;"
        "update pg_class set relnamespace = 'information_schema'::regnamespace"
        " where oid = 'public.disguised'::regclass;",
        "rows_elsewhere",
    ),
    pitfall(
        "a copy for the API's role that an extension was given",
        "create table public.adopted_rows as table app.tasks;"
        "grant select on public.adopted_rows to rowlock_api;"
        "alter extension plpgsql add table public.adopted_rows;",
        "outside",
    ),
    on_table(
        "a cascade from another schema",
        "cascaded",
        "create table public.members (user_id text, id uuid, primary key (user_id, id));"
        "alter table app.{0} add foreign key (user_id, id) references public.members"
        " on delete cascade;",
        "foreign_keys",
    ),
    on_table(
        "a reference from another schema, which asks no policy",
        "referred_to",
        "create table public.guesses (user_id text, id uuid,"
        " foreign key (user_id, id) references app.{0});",
        "foreign_keys",
    ),
]

SERVER = [
    pitfall(
        "an event trigger",
        "create function public.watch() returns event_trigger language plpgsql"
        " as 'begin end'; create event trigger watch on ddl_command_end"
        " execute function public.watch();",
        "event_triggers",
    ),
    pitfall(
        "an event trigger at every login",
        "create function public.greet() returns event_trigger language plpgsql"
        " as 'begin end'; create event trigger greet on login"
        " execute function public.greet();",
        "event_triggers",
        since=170000,
    ),
    pitfall(
        "an event trigger that an extension was given",
        "create function public.hidden_watch() returns event_trigger language plpgsql"
        " as 'begin end'; create event trigger hidden_watch on sql_drop"
        " execute function public.hidden_watch();"
        "alter extension plpgsql add event trigger hidden_watch;",
        "event_triggers",
    ),
    pitfall(
        "credentials for another server, for everybody",
        "create foreign data wrapper open_wrapper;"
        "create server open_server foreign data wrapper open_wrapper;"
        "create user mapping for public server open_server;",
        "user_mappings",
    ),
    pitfall(
        "a large object that everybody reads",
        "select lo_create(400001); grant select on large object 400001 to public;",
        "large_objects",
    ),
    pitfall(
        "a large object of the API's role",
        "select lo_create(400002); alter large object 400002 owner to rowlock_api;",
        "large_objects",
    ),
]

BUILT_IN = [
    pitfall(
        "a function of the server's called leakproof",
        "alter function pg_catalog.textlike(text, text) leakproof;",
        "leakproof",
    ),
    pitfall(
        "a function of the server's called leakproof, and granted",
        "alter function pg_catalog.regclass(text) leakproof; create role caster;"
        "grant execute on function pg_catalog.regclass(text) to caster;",
        "leakproof",
    ),
    pitfall(
        "a leakproof function that an extension was given",
        "create function public.tell_all(text) returns boolean language plpgsql leakproof"
        " as 'begin raise notice ''%'', $1; return true; end';"
        "alter extension plpgsql add function public.tell_all(text);",
        "leakproof",
    ),
    pitfall(
        "a function of one's own in the server's schema called leakproof",
        "create function pg_catalog.tell_too(text) returns boolean language plpgsql leakproof"
        " as 'begin raise notice ''%'', $1; return true; end';",
        "leakproof",
    ),
]

IDENTITY = [
    pitfall(
        "a function that binds another user for the session",
        "create function public.become(who text) returns text language sql"
        " as $$ select set_config('app.user_id', who, false) $$;",
        "identity_setters",
    ),
    pitfall(
        "a function that is bound to a user",
        "create function public.as_alice() returns text language sql"
        " set app.user_id = 'alice' as 'select app.current_user_id()';",
        "identity_setters",
    ),
    on_table(
        "a trigger that binds another user",
        "rebound",
        "create function app.rebind() returns trigger language plpgsql as"
        " $$ begin execute format('set app.user_id = %L', 'alice'); return new; end $$;"
        "revoke execute on function app.rebind() from public;"
        "create trigger rebind before insert on app.{0}"
        " for each row execute function app.rebind();",
        "identity_setters",
    ),
]

ALL = AROUND + OTHER_SCHEMAS + SERVER + BUILT_IN + IDENTITY
