"""How rules of db/audit/rules can fail that speak of the server, and of other schemas."""

from tests.audit.cases import READER
from tests.guard.cases import case

LOGIN = "create role dba login {0};"
LEAKY = "is LEAKPROOF: the planner may call it on rows that a policy hides"
NO_POLICY = "shows rows of every user to reader: no policy covers it"
BINDS = "binds app.user_id: whoever calls it speaks for another user"
NOT_HELD = "shows rows of every user to reader: its policies do not hold to the caller's"
ELSEWHERE = (
    "create role reader; create table public.notes ({column} text, body text);"
    "alter table public.notes enable row level security;"
    "create policy p on public.notes for select using ({using});"
)
OWN_POLICIES = "".join(
    f'create table public.own_{number} (user_id text, "userId" text, body text);'
    f"alter table public.own_{number} enable row level security;"
    f"create policy p on public.own_{number} for {command} to {role} using ({using}); {more}"
    f"grant {command} on public.own_{number} to reader;"
    for number, (command, role, using, more) in enumerate(
        (
            ("select", "public", "user_id = app.current_user_id()", ""),
            ("select", "reader", "\"userId\" = current_setting('app.user_id', true)", ""),
            ("select", "reader", "(select current_user::text) = user_id and body > ''", ""),
            ("update", "public", "user_id = current_user", ""),
            ("delete", "public", "user_id::name = current_user", ""),
            ("select", "rowlock_api", "true", ""),
            (
                "select",
                "public",
                "true",
                "create policy less on public.own_6 as restrictive using (user_id = current_user);",
            ),
        )
    )
)
PARENT = "create table public.parent (user_id text, id uuid, primary key (user_id, id));"

# Roles of the server's own, on every version, and what is said of them.
PREDEFINED = (
    ("pg_monitor", "reads the statements of other sessions, with users' words"),
    ("pg_read_all_stats", "reads the statements of other sessions, with users' words"),
    ("pg_signal_backend", "ends the sessions of others"),
    ("pg_stat_scan_tables", "has rights over the whole server"),
)

ROLES = [
    case(
        "replication_roles",
        LOGIN.format("replication") + "create role idle replication",
        ("dba", "can log in and has REPLICATION: it may copy every row of every database"),
    ),
    case(
        "reachable_roles",
        LOGIN.format("noinherit") + "create role idle replication; grant idle to dba",
        ("dba", "can act as idle, which has REPLICATION and may copy every row"),
    ),
    case(
        "reachable_roles",
        LOGIN.format("noinherit") + "create role lord; create role desk; grant lord to desk;"
        "grant desk to dba; alter schema rowlock owner to lord",
        ("dba", "can act as lord, which owns every table and may switch its policies off"),
    ),
    *(
        case(
            "reachable_roles",
            f"create role desk; grant {role} to desk; create role dba login {inherit};"
            "grant desk to dba",
            ("dba", f"can act as {role}, which {word}"),
        )
        for role, word in PREDEFINED
        for inherit in ("inherit", "noinherit")
    ),
    case(
        "owners",
        READER + "alter schema public owner to reader",
        ("schema public", "is owned by reader, which drops and replaces what others keep there"),
    ),
    case(
        "stored_settings",
        "create role reader; alter role reader set default_transaction_read_only = on;"
        "alter role all set default_transaction_read_only = 'True'",
        (
            "setting default_transaction_read_only=True",
            "is stored for every role: every write fails",
        ),
    ),
]

OTHER_SCHEMAS = [
    case(
        "rows_elsewhere",
        READER + "create role lord; create table public.addresses (user_id text);"
        "alter table public.addresses owner to lord;"
        "grant select, insert on public.addresses to reader",
        ("public.addresses", NO_POLICY),
    ),
    case(
        "rows_elsewhere",
        READER + 'create table public.session ("userId" text, token text);'
        "create view public.latest as table public.session;"
        "grant select (token) on public.session to reader; grant select on public.latest to reader",
        ("public.latest", NO_POLICY),
        ("public.session", NO_POLICY),
    ),
    *(
        case(
            "rows_elsewhere",
            ELSEWHERE.format(column="user_id", using=using)
            + "grant select on public.notes to reader",
            ("public.notes", NOT_HELD),
        )
        for using in (
            "true",
            "user_id = user_id",
            "user_id = 'alice'",
            "'alice' = user_id",
            "user_id = current_user or body is null",
            "user_id is not null",
            "body = current_user",
            "not (user_id = current_user)",
            "not (current_user = user_id)",
        )
    ),
    *(
        case(
            "rows_elsewhere",
            READER + f"create table public.notes (user_id text); grant {privilege} on public.notes"
            " to reader",
            ("public.notes", "lets reader change rows of every user: no policy covers it"),
        )
        for privilege in ("update", "delete", "truncate")
    ),
    # A policy of SELECT alone holds for no TRUNCATE.
    case(
        "rows_elsewhere",
        ELSEWHERE.format(column="user_id", using="user_id = current_user")
        + "grant select, truncate on public.notes to reader",
        (
            "public.notes",
            "lets reader change rows of every user: its policies do not hold to the caller's",
        ),
    ),
    # A login owns the table, but not the schema, as the issuer of tokens does both.
    case(
        "rows_elsewhere",
        "create role keeper login; create schema auth authorization keeper;"
        'create table auth.session ("userId" text); alter table auth.session owner to keeper;'
        "create table public.copied (user_id text); alter table public.copied owner to keeper",
        ("public.copied", "belongs to keeper, which reads rows of every user"),
    ),
    # By its number, as what initdb made; its schema says nothing, nor does an extension's member.
    case(
        "rows_elsewhere",
        "create role reader; create table public.notes (user_id text);"
        "grant select on public.notes to reader; set local allow_system_table_mods = on;"
        "update pg_class set relnamespace = 'information_schema'::regnamespace"
        " where oid = 'public.notes'::regclass;"
        "create table public.more (user_id text, userid oid);"
        "grant select on public.more to reader; alter extension plpgsql add table public.more;"
        "create table public.statements (userid oid); grant select on public.statements to reader",
        ("information_schema.notes", NO_POLICY),
        ("public.more", NO_POLICY),
    ),
    # Policies that hold to the caller's rows are in order, whoever the caller is.
    case(
        "rows_elsewhere",
        READER + OWN_POLICIES + "create table public.addresses (user_id text);"
        "grant select on public.addresses to reader",
        ("public.addresses", NO_POLICY),
    ),
    # Row-level security, and nothing to read, are both in order.
    case(
        "rows_elsewhere",
        READER + "create table public.kept (user_id text); grant insert on public.kept to reader;"
        "create table public.closed (user_id text);"
        "alter table public.closed enable row level security;"
        "grant select on public.closed to reader;"
        "create materialized view public.copied as select 'a'::text as user_id;"
        "grant select on public.copied to reader",
        ("public.copied", NO_POLICY),
    ),
    *(
        case(
            "foreign_keys",
            PARENT + "alter table app.tasks add constraint tie foreign key (user_id, id)"
            f" references public.parent {action}",
            ("tie on app.tasks", "changes users' rows when rows of public.parent change"),
        )
        for action in ("on delete cascade", "on update set null")
    ),
    case(
        "foreign_keys",
        "create table public.guesses (user_id text, id uuid, constraint tie"
        " foreign key (user_id, id) references app.tasks)",
        ("tie on public.guesses", "tells whoever writes public.guesses of users' rows"),
    ),
]

SERVER = [
    case(
        "event_triggers",
        "create function public.watch() returns event_trigger language plpgsql as 'begin end';"
        "create event trigger watch on ddl_command_end execute function public.watch();"
        "create event trigger silent on sql_drop execute function public.watch();"
        "alter event trigger silent disable",
        (
            "event trigger watch",
            "runs public.watch() at every ddl command end, as whoever caused it",
        ),
    ),
    # `alter extension … add` makes a member of whatever its owner likes.
    case(
        "event_triggers",
        "create function public.watch() returns event_trigger language plpgsql as 'begin end';"
        "create event trigger watch on sql_drop execute function public.watch();"
        "alter extension plpgsql add event trigger watch",
        ("event trigger watch", "runs public.watch() at every sql drop, as whoever caused it"),
    ),
    case(
        "user_mappings",
        READER
        + "create foreign data wrapper hollow; create server far foreign data wrapper hollow;"
        "create user mapping for public server far; create user mapping for reader server far;"
        "create user mapping for rowlock_api server far",
        (
            "user mapping on server far",
            "lets public speak to that server with stored credentials",
        ),
        (
            "user mapping on server far",
            "lets rowlock_api speak to that server with stored credentials",
        ),
    ),
    case(
        "large_objects",
        READER + "select lo_create(400003), lo_create(400004), lo_create(400005);"
        "grant select, update on large object 400003 to public;"
        "alter large object 400004 owner to rowlock_api;"
        "grant select on large object 400005 to reader",
        ("large object 400003", "SELECT is granted to public"),
        ("large object 400003", "UPDATE is granted to public"),
        (
            "large object 400004",
            "belongs to rowlock_api: each user reads what another wrote",
        ),
    ),
    case(
        "leakproof",
        "alter function pg_catalog.textlike(text, text) leakproof;"
        "alter function pg_catalog.upper(text) leakproof;"
        "alter function pg_catalog.regclass(text) leakproof;"
        # A grant rewrites the row of a function that was leakproof before, too.
        "grant execute on function pg_catalog.md5(text), pg_catalog.float8(int),"
        " textlike(text, text), pg_catalog.int4eq(int, int), pg_catalog.regclass(text) to public",
        ("regclass(text)", LEAKY),
        ("textlike(text,text)", LEAKY),
        ("upper(text)", LEAKY),
    ),
]

BODIES = (
    "language sql as $$ select set_config('app.user_id', 'alice', false) $$",
    "language sql as $$ select pg_catalog.set_config ( E'app.user_id', 'alice', true) $$",
    "language plpgsql as $$ begin execute 'set App.User_Id = alice'; return 1; end $$",
    "language plpgsql as $$ begin set local app.user_id = alice; return 1; end $$",
    "language sql return set_config('app.user_id', 'alice', false)",
    "language sql set app.user_id = alice as 'select app.current_user_id()'",
)

IDENTITY = [
    *(
        case(
            "identity_setters",
            f"create function public.become() returns text {body};"
            "create function public.mine() returns text language sql return app.current_user_id()",
            ("public.become()", BINDS),
        )
        for body in BODIES
    ),
    case(
        "identity_setters",
        "create function app.rebind() returns trigger language plpgsql set app.user_id = alice"
        " as 'begin return new; end'; revoke execute on function app.rebind() from public;"
        "create trigger rebind before insert on app.tasks"
        " for each row execute function app.rebind()",
        ("rebind on app.tasks", "runs app.rebind(), which binds app.user_id"),
    ),
]

MENDED_BY_SQL = ROLES + OTHER_SCHEMAS + SERVER + IDENTITY
