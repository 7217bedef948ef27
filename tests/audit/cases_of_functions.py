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
