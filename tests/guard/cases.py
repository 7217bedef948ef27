"""How each check of db/checks can fail: what an owner might do, and what the check then says."""

from dataclasses import dataclass

TABLE = """
create table app.probe (
    user_id text not null default app.current_user_id() check (user_id <> ''),
    id uuid not null,
    primary key (user_id, id)
);
"""
OWNED = "is owned by {}; an owner can switch row-level security off"
UNKNOWN_RIGHTS = "gives the API's role rights that no policy file names"
UNDOES = (
    "gives access to every table; it does not bypass row-level security, but it undoes every grant"
)

RECORDER_RUNS_AROUND = (
    "trail.record()",
    "is a function with SECURITY DEFINER: it does what its owner may, not what its caller may",
)
NOT_OWN = "does not hold to user_id = app.current_user_id()"


@dataclass(frozen=True)
class Case:
    """A change that makes a check fail, and the (object, detail) it is expected to find."""

    check: str
    change: str
    found: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.check}: {self.found[0][1][:40]}"


def case(check: str, change: str, *found: tuple[str, str]) -> Case:
    """Describe a case."""
    return Case(check, change, found)


def chain(attributes: str = "") -> str:
    """Make rowlock_api a member of `near`, which is a member of `far`."""
    return (
        f"create role far {attributes}; create role near;"
        "grant far to near; grant near to rowlock_api;"
    )


# The remedy is SQL: run as printed, it makes the check hold again. More: table_cases.py.
ROLES = [
    case("role_bypass", "alter role rowlock_api superuser", ("rowlock_api", "is a superuser")),
    case("role_bypass", "alter role rowlock_api bypassrls", ("rowlock_api", "has BYPASSRLS")),
    case("role_bypass", chain("bypassrls"), ("rowlock_api → near → far", "has BYPASSRLS")),
    case("role_bypass", chain("superuser"), ("rowlock_api → near → far", "is a superuser")),
    case("role_attributes", "alter role rowlock_api createrole", ("rowlock_api", "has CREATEROLE")),
    case("role_attributes", "alter role rowlock_api createdb", ("rowlock_api", "has CREATEDB")),
    case(
        "role_attributes", "alter role rowlock_api replication", ("rowlock_api", "has REPLICATION")
    ),
    case("role_membership", chain(), ("near", UNKNOWN_RIGHTS)),
    case(
        "role_membership",
        "grant pg_read_all_data to rowlock_api",
        ("pg_read_all_data", UNDOES),
    ),
    case(
        "ownership",
        "alter table app.tasks owner to rowlock_api",
        ("table app.tasks", OWNED.format("rowlock_api")),
    ),
    case(
        "ownership",
        "alter schema app owner to rowlock_api",
        ("schema app", OWNED.format("rowlock_api")),
    ),
    case(
        "ownership",
        "alter view rowlock.live_policies owner to rowlock_api",
        ("table rowlock.live_policies", OWNED.format("rowlock_api")),
    ),
    case(
        "ownership",
        "alter function app.current_user_id() owner to rowlock_api",
        ("function app.current_user_id()", OWNED.format("rowlock_api")),
    ),
    case(
        "ownership",
        chain() + "alter table app.tasks owner to far",
        ("table app.tasks", OWNED.format("far")),
    ),
]

# The remedy is a command or a change of the settings, which a comment names.
MENDED_OTHERWISE = [
    case(
        "encoding",
        "update pg_database set encoding = pg_char_to_encoding('LATIN1')"
        " where datname = current_database()",
        ("database", "its encoding is LATIN1; the API needs UTF8"),
    ),
    case("definer_rights", "alter role rowlock_recorder bypassrls", RECORDER_RUNS_AROUND),
    case(
        "definer_rights",
        "alter function trail.record() owner to current_user",
        RECORDER_RUNS_AROUND,
    ),
    case(
        "tables_policies",
        "create policy more on app.tasks for select to rowlock_recorder using (true)",
        ("app.tasks", "grants select, but has 2 policies for it"),
        ("more on app.tasks", "is not for rowlock_api alone"),
    ),
    case(
        "tables_policies",
        "create policy more on app.events for select to rowlock_recorder, rowlock_api using (true)",
        ("app.events", "grants select, but has 2 policies for it"),
        ("more on app.events", "is not for rowlock_api alone"),
    ),
    case(
        "tables_policies",
        "drop policy tasks_select_own on app.tasks",
        ("app.tasks", "grants select, but has 0 policies for it"),
    ),
    case(
        "tables_policies",
        "create policy more on app.tasks for delete to rowlock_api using (true)",
        ("app.tasks", "grants delete, but has 2 policies for it"),
        ("more on app.tasks", NOT_OWN),
    ),
    case(
        "tables_policies",
        "create policy wide on app.tasks to rowlock_api using (true) with check (true)",
        ("wide on app.tasks", "is for all commands at once"),
    ),
    *(
        case(
            "tables_policies",
            f"alter policy tasks_select_own on app.tasks using ({wider})",
            ("tasks_select_own on app.tasks", NOT_OWN),
        )
        for wider in (
            "true",
            "user_id = app.current_user_id() or completed",
            "(user_id = app.current_user_id() and completed) or not completed",
            "lower(user_id) = lower(app.current_user_id())",
        )
    ),
    case(
        "tables_policies",
        "alter policy tasks_select_own on app.tasks to public",
        ("tasks_select_own on app.tasks", "is not for rowlock_api alone"),
    ),
    case(
        "tables_policies",
        "drop policy tasks_update_own on app.tasks; create policy tasks_update_own on app.tasks"
        " for update to rowlock_api using (user_id = app.current_user_id())",
        ("tasks_update_own on app.tasks", "lacks an explicit USING or WITH CHECK expression"),
    ),
    case("tables_policies", TABLE, ("app.probe", "has no policy: nobody can use it")),
    case(
        "drift",
        "alter policy tasks_select_own on app.tasks using (true)",
        ("tasks.sql", "the catalogue no longer says what this file left behind"),
    ),
    case(
        "drift",
        "alter role rowlock_api reset statement_timeout",
        ("roles.sql", "the catalogue no longer says what this file left behind"),
    ),
    case("drift", TABLE, ("probe.sql", "no file of db/policies speaks for this table")),
    case(
        "unbound",
        "select set_config('app.user_id', 'alice', true)",
        (
            "setting app.user_id = 'alice'",
            "is set before any request, so every connection speaks for that user",
        ),
    ),
]
