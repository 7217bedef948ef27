"""How the check of the API's search path can fail; as in cases.py, SQL mends each."""

from tests.guard.cases import case

MALLORY = "create role mallory;"
PATH = "alter role rowlock_api set search_path = {};"
ALL_DATABASES = (
    "do $$ begin execute format("
    "'grant create on database %I to mallory', current_database()); end $$"
)
LOOKED_UP = "is where names in the API's statements are looked up, and "

PATHS = [
    case(
        "search_path",
        MALLORY + PATH.format("pg_catalog, public") + "grant create on schema public to mallory",
        ("schema public", LOOKED_UP + "mallory can create there"),
    ),
    case(
        "search_path",
        PATH.format('"$user", public') + "grant create on schema public to public",
        ("schema public", LOOKED_UP + "everybody can create there"),
    ),
    # Without a setting of the role's own, that of the database holds, and then the server's.
    case(
        "search_path",
        MALLORY
        + "alter role rowlock_api reset search_path; grant create on schema public to mallory",
        ("schema public", LOOKED_UP + "mallory can create there"),
    ),
    case(
        "search_path",
        MALLORY + 'create schema "The, Irs" authorization mallory;' + PATH.format('"The, Irs"'),
        ('schema "The, Irs"', LOOKED_UP + "belongs to mallory"),
    ),
    case(
        "search_path",
        MALLORY + PATH.format('"$user"') + ALL_DATABASES,
        ("schema rowlock_api", LOOKED_UP + "mallory can make it"),
    ),
    case(
        "search_path",
        MALLORY + "grant create on schema pg_catalog to mallory",
        ("schema pg_catalog", LOOKED_UP + "mallory can create there"),
    ),
]
