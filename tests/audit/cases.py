"""How each rule of db/audit/rules can fail, and what it then finds."""

from tests.guard.cases import case

READER = "create role reader;"
TWO_ROLES = "create role {0} login {1}; create role lord {2}; grant lord to {0};"
AROUND = "shows users' rows with its owner's rights to reader"
DEFINER = "is SECURITY DEFINER and pins no search_path: its caller decides what its names mean"
IDENTITY = "create or replace function app.current_user_id() returns text language sql {}"
IDENTITY_BODY = " return nullif(current_setting('app.user_id', true), '')"
# As an ICU collation of level 2 is; not every build of Postgres can make one.
CI = (
    "create collation public.ci (locale = 'C');"
    "update pg_collation set collisdeterministic = false where collname = 'ci'"
)
LOGGED = "what users write is logged, inside the SQL"

# The remedy is SQL: run as printed, it leaves nothing to find.
MENDED_BY_SQL = [
    case(
        "catalogue_privileges",
        "grant select on pg_statistic to public;"
        "grant select (rolpassword) on pg_authid to rowlock_api;"
        "grant execute on function pg_read_binary_file(text) to rowlock_api;"
        "create role reader; grant select on pg_largeobject to reader;"
        "grant execute on function pg_read_file(text), pg_ls_waldir() to reader",
        ("pg_statistic", "SELECT is granted to public"),
        ("pg_authid", "SELECT (rolpassword) is granted to rowlock_api"),
        ("pg_read_binary_file(text)", "EXECUTE is granted to rowlock_api"),
        ("pg_largeobject", "SELECT is granted to reader"),
        ("pg_read_file(text)", "EXECUTE is granted to reader"),
    ),
    case(
        "bypass_rls",
        "create role backup login bypassrls",
        ("backup", "can log in and has BYPASSRLS: no policy holds for it"),
    ),
    case(
        "reachable_roles",
        TWO_ROLES.format("dba", "", "bypassrls"),
        ("dba", "can act as lord, which has BYPASSRLS"),
    ),
    case(
        "reachable_roles",
        TWO_ROLES.format("dba", "noinherit", "superuser"),
        ("dba", "can act as lord, which is a superuser"),
    ),
    case(
        "reachable_roles",
        TWO_ROLES.format("dba", "", "") + "grant pg_read_server_files to lord",
        ("dba", "can act as pg_read_server_files, which reaches the server's files"),
    ),
    # Two grantors of one membership, which Postgres 16 keeps apart, and one who passed it on.
    case(
        "reachable_roles",
        TWO_ROLES.format("dba", "", "bypassrls") + "create role steward; create role third login;"
        "grant lord to steward with admin option; grant lord to dba with admin option;"
        "set local role steward; grant lord to dba; set local role dba; grant lord to third;"
        "reset role",
        ("dba", "can act as lord, which has BYPASSRLS"),
        ("third", "can act as lord, which has BYPASSRLS"),
    ),
    *(
        case(
            "reachable_roles",
            f"create role clerk login {inherit}; create role desk; grant desk to clerk;"
            f"grant {role} to desk",
            ("clerk", f"can act as {role}, which {word}"),
        )
        for role, word in (
            ("pg_read_all_data", "undoes every grant, though no policy"),
            ("pg_write_all_data", "undoes every grant, though no policy"),
            ("rowlock_api", "can be bound to any user"),
        )
        for inherit in ("inherit", "noinherit")
    ),
    *(
        case(
            "policyless_privileges",
            READER + f"grant {privilege} on app.tasks to reader",
            ("app.tasks", f"{privilege.upper()} is granted to reader, and asks no policy"),
        )
        for privilege in ("truncate", "references", "trigger")
    ),
    case(
        "policyless_privileges",
        READER + "grant references (id) on app.tasks to reader",
        ("app.tasks", "REFERENCES is granted to reader, and asks no policy"),
    ),
    case(
        "policyless_privileges",
        READER + "create role lord; grant usage on schema app to lord;"
        "grant truncate on app.tasks to lord with grant option;"
        "set local role lord; grant truncate on app.tasks to reader; reset role",
        ("app.tasks", "TRUNCATE is granted to lord, and asks no policy"),
        ("app.tasks", "TRUNCATE is granted to reader, and asks no policy"),
    ),
    case(
        "default_privileges",
        "create role lord; alter default privileges for role lord grant select on tables to public",
        ("tables of lord in every schema", "will be granted to public when they are created"),
    ),
    case(
        "default_privileges",
        "create role lord; alter default privileges for role lord in schema app"
        " grant insert on tables to rowlock_api",
        ("tables of lord in schema app", "will be granted to rowlock_api when they are created"),
    ),
    case(
        "definer_search_path",
        "create function public.peek() returns int language sql security definer as 'select 1'",
        ("public.peek()", DEFINER),
    ),
    case(
        "definer_search_path",
        "create procedure public.poke() language plpgsql security definer as 'begin end'",
        ("public.poke()", DEFINER),
    ),
    case(
        "leakproof",
        "create function public.peek(text) returns bool language sql leakproof return true",
        (
            "public.peek(text)",
            "is LEAKPROOF: the planner may call it on rows that a policy hides",
        ),
    ),
    case(
        "identity_function",
        IDENTITY.format("volatile") + IDENTITY_BODY,
        (
            "app.current_user_id()",
            "is called by policies and volatile: it is asked anew for every row",
        ),
    ),
    case(
        "identity_function",
        IDENTITY.format("stable security definer") + IDENTITY_BODY,
        (
            "app.current_user_id()",
            "is called by policies and runs with its owner's rights",
        ),
    ),
    case(
        "identity_function",
        "create role lord; alter function app.current_user_id() owner to lord",
        (
            "app.current_user_id()",
            "is called by policies and owned by lord, who can replace it",
        ),
    ),
    case(
        "view_owner_rights",
        READER + "create view public.one as table app.tasks;"
        "create view public.two as table public.one; grant select (title) on two to reader",
        ("public.two", AROUND),
    ),
    case(
        "view_owner_rights",
        READER + "create materialized view public.copy as table app.tasks;"
        "grant select on public.copy to reader",
        ("public.copy", AROUND),
    ),
    case(
        "view_owner_rights",
        "create role reader; create materialized view public.copy as select title from app.tasks;"
        "create view public.shown as table public.copy; grant create on schema public to reader;"
        "alter materialized view public.copy owner to reader;"
        "alter view public.shown owner to reader",
        ("public.copy", "shows users' rows to its owner reader"),
    ),
    case(
        "publications",
        "create publication leak for table app.tasks",
        (
            "publication leak",
            "carries every user's rows of app.tasks to whoever subscribes",
        ),
    ),
    case(
        "publications",
        "create table public.child () inherits (app.tasks);"
        "create publication leak for table only public.child",
        (
            "publication leak",
            "carries every user's rows of public.child to whoever subscribes",
        ),
    ),
    case(
        "publications",
        "create publication leak for all tables",
        (
            "publication leak",
            "carries every table, with every user's rows, to whoever subscribes",
        ),
    ),
    case(
        "stored_settings",
        "create role reader; alter role reader set app.user_id = 'alice'",
        (
            "setting app.user_id=alice",
            "is stored for reader: every connection speaks for that user",
        ),
    ),
    case(
        "stored_settings",
        "alter role all set session_replication_role = replica",
        (
            "setting session_replication_role=replica",
            "is stored for every role: triggers do not fire",
        ),
    ),
    case(
        "stored_settings",
        "alter role all set session_replication_role = 'REPLICA';"
        "create role reader; alter role reader set row_security = 'False'",
        (
            "setting session_replication_role=REPLICA",
            "is stored for every role: triggers do not fire",
        ),
        (
            "setting row_security=False",
            "is stored for reader: queries that policies would filter fail",
        ),
    ),
    case(
        "stored_settings",
        "create role reader; alter role reader set row_security = off",
        (
            "setting row_security=off",
            "is stored for reader: queries that policies would filter fail",
        ),
    ),
    case(
        "inheritance",
        "create table public.child () inherits (app.tasks)",
        (
            "public.child",
            "holds rows of app.tasks, and policies do not cover it by itself",
        ),
    ),
    case(
        "inheritance",
        "create table public.parent (user_id text); alter table app.tasks inherit public.parent",
        ("public.parent", "shows the rows of app.tasks without asking its policies"),
    ),
    case(
        "inheritance",
        "create table public.parent (user_id text) partition by list (user_id);"
        "create table app.part partition of public.parent default",
        ("public.parent", "shows the rows of app.part without asking its policies"),
    ),
    case(
        "user_id_collation",
        CI + "; create table app.probe (user_id text collate public.ci)",
        (
            "app.probe",
            "user_id has the collation public.ci, which takes different ids for equal",
        ),
    ),
]

# The remedy is a change of the server's, which a comment names.
MENDED_OTHERWISE = [
    *(
        case("logged_words", f"set local {name} = '{value}'", (name, f"is {value}: {LOGGED}"))
        for name, value in (
            ("log_statement", "mod"),
            ("log_statement", "all"),
            ("log_min_duration_statement", "0"),
            ("log_min_duration_sample", "250"),
            ("debug_print_parse", "on"),
            ("debug_print_rewritten", "on"),
            ("debug_print_plan", "on"),
        )
    ),
]
