"""Settings of the role, the database and the server that keep the API from working as it should."""

from tests.guard.cases import Case, case

IN_DATABASE = (
    "do $$ begin execute format($s$alter database %I set {}$s$, current_database()); end $$"
)
BAD = [
    ("default_transaction_read_only", "on", "off"),
    ("default_transaction_read_only", "true", "off"),
    ("standard_conforming_strings", "off", "on"),
    ("client_encoding", "latin1", "UTF8"),
    ("row_security", "off", "on"),
    ("session_replication_role", "replica", "origin"),
    ("transform_null_equals", "on", "off"),
    ("DateStyle", "german", "ISO"),
]


def found(name: str, value: str, place: str, needed: str) -> tuple[str, str]:
    """The object and the detail."""
    return f"setting {name} = '{value}'", f"is set {place}; {needed}"


# The remedy is SQL.
SETTINGS: list[Case] = [
    *(
        case(
            "settings",
            IN_DATABASE.format(f"{name} = {value}"),
            found(name, value, "for the database", f"the API needs {needed}"),
        )
        for name, value, needed in BAD
    ),
    case(
        "settings",
        "alter role all set default_transaction_read_only = on",
        found("default_transaction_read_only", "on", "for all roles", "the API needs off"),
    ),
]

# The remedy is a command.
SETTINGS_OF_ROLE: list[Case] = [
    case(
        "settings",
        f"alter role rowlock_api set {name} = {value}",
        found(name, value, "for the role", f"the API needs {needed}"),
    )
    for name, value, needed in (*BAD, ("statement_timeout", "0", "5s"))
] + [
    case(
        "settings",
        "alter role rowlock_api set work_mem = '5MB'",
        found("work_mem", "5MB", "for the role", "it is not Rowlock's"),
    )
]
