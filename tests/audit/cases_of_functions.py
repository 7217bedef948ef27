"""How the rules of functions with their owner's rights can fail, and what they then find."""

from tests.guard.cases import case

CLERK = "create role clerk login;"
PEEK = (
    "create function public.peek() returns int language sql security definer"
    " set search_path = {} as 'select 1'; revoke all on function public.peek() from public;"
)
TRIGGER = (
    "create table public.log (id int);"
    "create function public.peek() returns trigger language plpgsql security definer"
    " set search_path = pg_catalog as 'begin return null; end';"
    "revoke all on function public.peek() from public;"
    "create trigger logged after insert on public.log for each row execute function public.peek()"
)
# The aggregate is the tests' owner's, and whoever may execute it is not asked about its part.
STEP = (
    "create function public.step(text, text) returns text language sql security definer"
    " set search_path = pg_catalog as 'select $1';"
    "revoke all on function public.step(text, text) from public;"
    "create aggregate public.all_of(text) (sfunc = public.step, stype = text);"
    "revoke all on function public.all_of(text) from public;"
    "grant create on schema public to rowlock_auditor;"
    "alter function public.step(text, text) owner to rowlock_auditor;"
)
THROUGH = (
    "does what rowlock_auditor, the owner of public.step(text,text), may, and clerk may execute it"
)
LOOKS = (
    "is SECURITY DEFINER and looks names up in schema {}, where others can create: they decide"
    " what its names mean"
)

# The remedy is SQL: run as printed, it leaves nothing to find.
MENDED_BY_SQL = [
    case(
        "definer_functions",
        CLERK + PEEK.format("pg_catalog") + "grant create on schema public to rowlock_auditor;"
        "alter function public.peek() owner to rowlock_auditor;"
        "grant execute on function public.peek() to clerk",
        ("public.peek()", "does what its owner rowlock_auditor may, and clerk may execute it"),
    ),
    case(
        "definer_functions",
        TRIGGER + "; grant create on schema public to rowlock_auditor;"
        "alter function public.peek() owner to rowlock_auditor",
        (
            "logged on public.log",
            "runs public.peek() with the rights of rowlock_auditor for whoever writes",
        ),
    ),
    case(
        "definer_functions",
        CLERK + STEP + "grant execute on function public.all_of(text) to clerk",
        (
            "public.all_of(text)",
            THROUGH,
        ),
    ),
    # `alter extension … add` makes a member of whatever its owner likes.
    case(
        "definer_functions",
        CLERK + PEEK.format("pg_catalog") + "grant create on schema public to rowlock_auditor;"
        "alter function public.peek() owner to rowlock_auditor;"
        "grant execute on function public.peek() to clerk;"
        "alter extension plpgsql add function public.peek()",
        ("public.peek()", "does what its owner rowlock_auditor may, and clerk may execute it"),
    ),
    case(
        "definer_search_path",
        PEEK.format("public") + "alter extension plpgsql add function public.peek()",
        ("public.peek()", LOOKS.format("public")),
    ),
    case(
        "definer_search_path",
        PEEK.format("public"),
        ("public.peek()", LOOKS.format("public")),
    ),
    case(
        "definer_search_path",
        PEEK.format('pg_catalog, "$user"'),
        ("public.peek()", LOOKS.format('"$user"')),
    ),
    case(
        "definer_search_path",
        CLERK
        + 'create schema "the,irs"; grant create on schema "the,irs" to clerk;'
        + PEEK.format('"the,irs", pg_temp'),
        ("public.peek()", LOOKS.format('"the,irs"')),
    ),
]
