"""Rules of db/audit/rules that a fault file of tests/faults cannot test completely.

Most of them depend on the server's version.
"""

from pathlib import Path

import psycopg2
import pytest

from api.operations.startup_checks import CHECKS
from db import audit_schema
from tests.audit.conftest import Ask, Connection, Find, run

RULES = sorted(audit_schema.RULES.glob("*.sql"))
# The minor release of each version that fixed row-level security.
FLOORS = {14: 140025, 15: 150020, 16: 160016, 17: 170012, 18: 180007}


def server_floor(owner: Connection) -> list[tuple[str, str, str, str]]:
    """The expected findings about the version of the server of the test run."""
    with owner.cursor() as cursor:
        cursor.execute("show server_version")
        ((version,),) = cursor.fetchall()
    major, floor = owner.server_version // 10000, FLOORS[owner.server_version // 10000]
    if owner.server_version >= floor:
        return []
    detail = f"Postgres {version} is below {major}.{floor % 100}, which fixes row-level security"
    return [("server_floor", "warning", "server", f"{detail}: upgrade")]


def test_migrated_database_passes(owner: Connection, ask: Ask) -> None:
    """A new database has no finding, except one about the version of an old server."""
    sql = "select rule, level, object, detail from audit.findings"

    assert ask(sql) == server_floor(owner)


def test_owner_may_administer_a_role_of_the_trail(owner: Connection, find: Find) -> None:
    """The owner of schema rowlock may have only the ADMIN option on a role of the trail.

    Since Postgres 16 the role that creates another has this option. Every other membership is a
    finding, and so is an ADMIN option before Postgres 16, where it includes the other rights.
    """
    run(owner, "create role builder; create role other; alter schema rowlock owner to builder")
    separate = owner.server_version >= 160000
    options = "admin true, inherit false, set false" if separate else "admin option"
    for member in ("builder", "other"):
        run(owner, f"grant rowlock_recorder to {member} with {options}")
    found = [finding.object for finding in find("trail_roles")]
    assert found == (["other"] if separate else ["builder", "other"])

    run(owner, "grant rowlock_recorder to builder with inherit true" if separate else "select 1")
    assert [finding.object for finding in find("trail_roles")] == ["builder", "other"]


def test_event_trigger_of_an_extension_in_c_is_left_alone(owner: Connection, find: Find) -> None:
    """An event trigger in C is a finding, unless it belongs to an extension such as pgaudit."""
    run(
        owner,
        "create function public.watch() returns event_trigger language c security definer"
        " as '$libdir/plpgsql', 'plpgsql_call_handler';"
        "create event trigger watch on table_rewrite execute function public.watch()",
    )
    assert [finding.object for finding in find("event_triggers")] == ["event trigger watch"]

    run(owner, "alter extension plpgsql add event trigger watch")
    assert find("event_triggers") == []


def test_granted_parameter_is_found_until_its_remedy_is_run(
    owner: Connection, ask: Ask, find: Find
) -> None:
    """A grant on a parameter that only a superuser may set is a finding (Postgres 15 and newer)."""
    assert find("parameter_grants") == []
    if owner.server_version < 150000:
        with pytest.raises(psycopg2.errors.SyntaxError):
            run(owner, "grant set on parameter work_mem to public")
        return

    run(owner, "grant set on parameter log_statement, work_mem to rowlock_api")
    run(owner, "grant alter system on parameter app.height to public")
    silent = "create role reader; grant set on parameter {}, log_statement to reader"
    run(owner, silent.format("session_replication_role"))
    found = find("parameter_grants")
    assert [(f.object, f.detail) for f in found] == [
        ("app.height", "ALTER SYSTEM is granted to public"),
        ("log_statement", "SET is granted to rowlock_api"),
        ("session_replication_role", "SET is granted to reader"),
    ]
    sql = (
        "select object, privilege, grantee from audit.grants where kind = 'parameter' order by 1, 3"
    )
    assert ask(sql) == [
        ("app.height", "alter system", "public"),
        ("log_statement", "set", "reader"),
        ("log_statement", "set", "rowlock_api"),
        ("session_replication_role", "set", "reader"),
        ("work_mem", "set", "rowlock_api"),
    ]

    for finding in found:
        run(owner, finding.remedy)
    assert find("parameter_grants") == []


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rule_begins_with_a_sentence(path: Path) -> None:
    """The first line states the requirement. The second may set the level to warning."""
    sentence, second = path.read_text().split("\n", 2)[:2]

    assert sentence[:4] == "-- " + sentence[3].upper()
    assert sentence.endswith(".")
    assert not second.startswith("--") or second == "-- level: warning"


def test_no_rule_has_the_name_of_a_check() -> None:
    """No rule has the name of a check, because a finding names its file without the folder."""
    assert {path.stem for path in RULES} & {path.stem for path in CHECKS.glob("*.sql")} == set()


def test_renamed_role_is_a_finding(owner: Connection, ask: Ask) -> None:
    """If the API's role does not exist, each check that needs the role has a finding about it."""
    run(owner, "alter role rowlock_api rename to somebody")

    found = ask("select rule, level, detail from audit.findings where rule <> 'server_floor'")

    assert ("privileges", "error", 'cannot be checked: role "rowlock_api" does not exist') in found
    assert {level for _, level, _ in found} == {"error"}
    assert "drift" in {rule for rule, _, _ in found}


@pytest.mark.parametrize(
    ("number", "detail"),
    [
        (130023, "too old to be fixed: upgrade"),
        (140024, "below 14.25, which fixes row-level security: upgrade"),
        (140025, None),
        (150019, "below 15.20, which fixes row-level security: upgrade"),
        (160015, "below 16.16, which fixes row-level security: upgrade"),
        (160016, None),
        (170011, "below 17.12, which fixes row-level security: upgrade"),
        (180006, "below 18.7, which fixes row-level security: upgrade"),
        (180007, None),
        (190000, None),
    ],
)
def test_server_floor_knows_each_release(
    owner: Connection, find: Find, number: int, detail: str | None
) -> None:
    """A server is a finding if it is older than the release that fixes row-level security."""
    view = (audit_schema.VIEWS / "server.sql").read_text()
    own = "(current_setting('server_version_num')::int, current_setting('server_version'))"
    assert own in view

    run(owner, "drop view audit.server;" + view.replace(own, f"({number}, 'x')"))
    run(owner, "grant select on audit.server to rowlock_auditor")

    assert [f.detail for f in find("server_floor")] == [f"Postgres x is {detail}"] * bool(detail)


def test_owner_of_the_database_is_found_until_its_remedy_is_run(
    owner: Connection, find: Find, database: str
) -> None:
    """A database owner is a finding, unless it is a superuser or the role that migrates."""
    assert find("owners") == []

    run(owner, f"create role lord; alter database {database} owner to lord")
    (finding,) = find("owners")
    assert (finding.object, finding.detail) == (
        f"database {database}",
        "is owned by lord, which can store settings for every session, and drop it",
    )

    run(owner, finding.remedy)
    assert find("owners") == []

    run(owner, f"alter schema rowlock owner to lord; alter database {database} owner to lord")
    assert find("owners") == []
