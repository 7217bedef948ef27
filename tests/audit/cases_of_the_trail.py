"""How rules of db/audit/rules can fail that also, or only, speak of the trail."""

from tests.audit.cases import AROUND, READER
from tests.guard.cases import case

WRITES = "is a member of rowlock_recorder, which writes the trail of every user"
DROPS = "is a member of rowlock_retention, which drops what the trail holds"

# The remedy is SQL: run as printed, it leaves nothing to find.
MENDED_BY_SQL = [
    case("trail_roles", READER + "grant rowlock_recorder to reader", ("reader", WRITES)),
    case(
        "trail_roles",
        READER + "create role lord; grant reader to lord;"
        "grant rowlock_retention to reader with admin option",
        ("reader", DROPS),
    ),
    case(
        "view_owner_rights",
        READER + "create materialized view public.copy as table trail.heads;"
        "grant select on public.copy to reader",
        ("public.copy", AROUND),
    ),
    case(
        "view_owner_rights",
        "create role reader; create table public.inbox (title text);"
        "create rule forward as on insert to public.inbox"
        " do instead update app.tasks set title = new.title;"
        "grant insert on public.inbox to reader",
        ("public.inbox", AROUND),
    ),
    case(
        "policyless_privileges",
        READER + "grant truncate on trail.anchors to reader",
        ("trail.anchors", "TRUNCATE is granted to reader, and asks no policy"),
    ),
    case(
        "publications",
        "create publication leak for table trail.heads",
        ("publication leak", "carries every user's rows of trail.heads to whoever subscribes"),
    ),
    case(
        "default_privileges",
        "create role lord; alter default privileges for role lord in schema trail"
        " grant insert on tables to rowlock_api",
        ("tables of lord in schema trail", "will be granted to rowlock_api when they are created"),
    ),
]
