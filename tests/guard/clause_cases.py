"""A case for each clause of the checks that no other case needs; as in cases.py, SQL mends each."""

from tests.guard.cases import OWNED, TABLE, UNDOES, case, chain
from tests.guard.table_cases import READS_AROUND, RUNS_AROUND, TELLS

PARTITIONED = TABLE.replace("\n);", "\n) partition by hash (user_id);")
FILE = """
create foreign data wrapper hollow;
create server nowhere foreign data wrapper hollow;
create foreign table {} (user_id text) server nowhere;
"""
LOOKED_AT_BY_NONE = "can be used, and no check looks at its rows"
KEY_OF_PROBE = f"is a unique key of app.probe that does not lead with user_id: a violation {TELLS}"
NO_INDEX = "has no index that leads with user_id: every query reads the whole table"
COUNTS = "its numbers tell a user how many rows the others made"


def peek(schema: str, attributes: str) -> str:
    """A function that runs as `landlord`, a role that is no superuser."""
    return (
        f"create role landlord {attributes};"
        f"create function {schema}.peek() returns int language sql security definer return 1;"
        f"grant create on schema {schema} to landlord;"
        f"alter function {schema}.peek() owner to landlord;"
    )


PARTITIONS = [
    case("tables_rls", PARTITIONED, ("app.probe", "row-level security is disabled")),
    case(
        "tables_user_id",
        PARTITIONED + "alter table app.probe alter user_id drop default",
        ("app.probe", "user_id does not default to the caller"),
    ),
    case(
        "tables_keys",
        PARTITIONED.replace(",\n    primary key (user_id, id)", "")
        + "create table public.part partition of app.probe"
        " for values with (modulus 1, remainder 0);"
        "create index on only app.probe (user_id)",  # not valid: the partition has none
        ("app.probe", "has no primary key"),
        ("app.probe", NO_INDEX),
    ),
    case(
        "privileges",
        PARTITIONED + "grant truncate on app.probe to rowlock_api",
        ("app.probe", "truncate is granted"),
    ),
    case(
        "ownership",
        PARTITIONED + "alter table app.probe owner to rowlock_api",
        ("table app.probe", OWNED.format("rowlock_api")),
    ),
    case(
        "definer_rights",
        PARTITIONED + "create view app.probes as table app.probe;"
        "grant select on app.probes to rowlock_api",
        ("app.probes", READS_AROUND),
    ),
    case(
        "outside",
        "create table public.parts (id int) partition by hash (id);"
        "grant select on public.parts to rowlock_api",
        ("public.parts", LOOKED_AT_BY_NONE),
    ),
    case(
        "tables_rules",
        PARTITIONED + "create rule kept as on delete to app.probe do instead nothing",
        (
            "kept on app.probe",
            "is a rule: it can turn a user's command into one that policies do not see",
        ),
    ),
]

KINDS = [
    *(
        case(
            "outside",
            change + f"grant select on public.{name} to rowlock_api",
            (f"public.{name}", LOOKED_AT_BY_NONE),
        )
        for name, change in (
            ("seen", "create view public.seen as table app.tasks;"),
            ("copied", "create materialized view public.copied as table app.tasks;"),
            ("far", FILE.format("public.far")),
        )
    ),
    *(
        case(
            "ownership",
            change + "alter table app.probe owner to rowlock_api",
            ("table app.probe", OWNED.format("rowlock_api")),
        )
        for change in (
            "create materialized view app.probe as table app.tasks;",
            FILE.format("app.probe"),
        )
    ),
    case(
        "ownership",
        "alter schema rowlock owner to rowlock_api",
        ("schema rowlock", OWNED.format("rowlock_api")),
    ),
    case(
        "ownership",
        "create function rowlock.one() returns int language sql return 1;"
        "alter function rowlock.one() owner to rowlock_api",
        ("function rowlock.one()", OWNED.format("rowlock_api")),
    ),
]

GRANTS = [
    *(
        case(
            "outside",
            "create table public.copied (title text);"
            f"grant {privilege} on public.copied to rowlock_api",
            ("public.copied", LOOKED_AT_BY_NONE),
        )
        for privilege in ("select", "insert", "delete", "truncate")
    ),
    case(
        "outside",
        "grant create on schema app to rowlock_api",
        ("schema app", "lets rowlock_api create objects in it"),
    ),
    *(
        case(
            "definer_rights",
            "create view app.everything as table app.tasks;"
            f"grant {privilege} on app.everything to rowlock_api",
            ("app.everything", READS_AROUND),
        )
        for privilege in ("insert", "update", "delete")
    ),
    case(
        "definer_rights",
        "create materialized view public.copy as select * from app.tasks;"
        "grant select on public.copy to rowlock_api",
        ("public.copy", READS_AROUND),
    ),
    case(
        "role_membership", "grant pg_write_all_data to rowlock_api", ("pg_write_all_data", UNDOES)
    ),
]

FUNCTIONS = [
    case("definer_rights", peek("app", ""), ("app.peek()", RUNS_AROUND)),
    case("definer_rights", peek("public", "bypassrls"), ("public.peek()", RUNS_AROUND)),
    case(
        "definer_rights",
        peek("public", "") + "create role lord; grant lord to landlord;"
        "grant create on schema app to lord; alter table app.tasks owner to lord",
        ("public.peek()", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        "create function app.spy() returns trigger language plpgsql security definer"
        " as 'begin return new; end'; revoke execute on function app.spy() from public;"
        "alter function app.spy() set schema public;"
        "create trigger spy before insert on app.tasks for each row execute function public.spy()",
        ("public.spy()", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        peek("public", "") + "create policy more on app.events for select to landlord using (true)",
        ("public.peek()", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        peek("public", "") + "alter function public.peek() owner to rowlock_recorder",
        ("public.peek()", RUNS_AROUND),
    ),
]

DEFINER = (
    "create function public.{0} language {1} security definer as '{2}';"
    "revoke all on function public.{3} from public;"
)
COMPARE = DEFINER.format("cmp(text, text) returns int", "sql immutable", "select 0", "cmp")
SAME = DEFINER.format("same(text, text) returns bool", "sql immutable", "select true", "same")

# What Postgres runs without asking whether the caller may execute it.
UNASKED = [
    case(
        "definer_rights",
        DEFINER.format("step(text, text) returns text", "sql", "select $1", "step")
        + "create aggregate public.all_of(text) (sfunc = public.step, stype = text)",
        ("public.step(text,text)", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        DEFINER.format("last(text) returns text", "sql", "select $1", "last")
        + "create aggregate public.all_of(text)"
        " (sfunc = textcat, stype = text, finalfunc = public.last)",
        ("public.last(text)", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        COMPARE + "create operator class public.words for type text using btree as"
        " operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,"
        " function 1 public.cmp(text, text)",
        ("public.cmp(text,text)", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        SAME + "create operator public.=== (leftarg = text, rightarg = text,"
        " function = public.same); create operator class public.words for type text using hash as"
        " operator 1 public.===, function 1 hashtext(text)",
        ("public.same(text,text)", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        DEFINER.format(
            "gap(text, text) returns float8", "sql immutable", "select 1.0::float8", "gap"
        )
        + "create type public.span as range (subtype = text, subtype_diff = public.gap)",
        ("public.gap(text,text)", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        DEFINER.format("fit(text[], oid) returns void", "plpgsql", "begin end", "fit")
        + "create foreign data wrapper hollow validator public.fit",
        ("public.fit(text[],oid)", RUNS_AROUND),
    ),
    # `alter extension … add` makes a member of whatever its owner likes.
    case(
        "definer_rights",
        peek("public", "") + "alter extension plpgsql add function public.peek()",
        ("public.peek()", RUNS_AROUND),
    ),
    case(
        "outside",
        "create table public.copied (user_id text); grant select on public.copied to rowlock_api;"
        "alter extension plpgsql add table public.copied",
        ("public.copied", LOOKED_AT_BY_NONE),
    ),
]

OBJECTS = [
    case(
        "tables_user_id",
        TABLE + "alter table app.tasks drop constraint tasks_user_id_check",
        ("app.tasks", "user_id may be empty"),
    ),
    case(
        "tables_user_id",
        "alter table app.tasks drop constraint tasks_user_id_check,"
        " add check (user_id <> '') not valid",
        ("app.tasks", "user_id may be empty"),
    ),
    case(
        "tables_keys",
        TABLE + "alter table app.probe drop constraint probe_pkey;"
        "create index on app.probe (user_id) where id is not null",
        ("app.probe", "has no primary key"),
        ("app.probe", NO_INDEX),
    ),
    case(
        "tables_keys",
        TABLE + "alter table app.probe add unique (id, user_id)",
        ("app.probe_id_user_id_key", KEY_OF_PROBE),
    ),
    case(
        "tables_rules",
        "alter table app.tasks enable replica trigger tasks_touch",
        ("tasks_touch on app.tasks", "is a trigger that does not fire"),
    ),
    case(
        "tables_rules",
        "alter table app.tasks add column number serial",
        ("app.tasks_number_seq", f"is a sequence: {COUNTS}"),
    ),
    case(
        "outside",
        "create table rowlock.cards (digits text); create view rowlock.all_cards as"
        " table rowlock.cards; create view app.cards as table rowlock.all_cards;"
        "grant select (digits) on app.cards to rowlock_api",
        (
            "app.cards",
            "shows rowlock.cards with its owner's rights, and no check looks at its rows",
        ),
    ),
    case(
        "role_bypass",
        chain("bypassrls") + "alter role rowlock_api superuser bypassrls",
        ("rowlock_api", "is a superuser"),
        ("rowlock_api → near → far", "has BYPASSRLS"),
    ),
]

CLAUSES = PARTITIONS + KINDS + GRANTS + FUNCTIONS + UNASKED + OBJECTS
