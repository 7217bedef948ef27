"""Each check of db/checks reports its planted faults, and the remedy that it prints fixes them."""

from pathlib import Path

import psycopg2
import pytest

from api.operations.startup_checks import CHECKS, SEARCH_PATH, Finding
from tests.faults.catalogue import faults
from tests.faults.fault import Fault
from tests.faults.planting import expected, plant
from tests.guard.conftest import Check
from tests.guard.tables import TABLE

NAMES = {path.stem for path in CHECKS.glob("*.sql")}
FOUND = [(fault, rule) for fault in faults() for rule in fault.rules if rule in NAMES]
IN_DATABASE = (
    "do $$ begin execute format($s$alter database %I set {}$s$, current_database()); end $$"
)
ELSEWHERE = {
    "role_name",
    "server_version",
}  # no change of the schema makes them fail
ROLE_NAME = Finding(
    "",
    "is the role of DATABASE_URL, but only rowlock_api is held to the policies",
    "-- set DATABASE_URL to the URL of rowlock_api",
)


def run(owner: psycopg2.extensions.connection, sql: str) -> None:
    with owner.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(("fault", "name"), FOUND, ids=str)
def test_check_finds_a_fault_until_its_remedy_is_run(
    owner: psycopg2.extensions.connection, check: Check, database: str, fault: Fault, name: str
) -> None:
    """The check passes, reports exactly the planted fault, and passes after its remedy has run.

    A remedy that is not SQL is a comment that says what to do.
    """
    assert check(name) == []
    if not plant(owner, fault):
        return

    found = check(name)
    if name in fault.also:
        assert found != []
        return
    assert sorted((name, f.object, f.detail) for f in found) == [
        finding for finding in expected(owner, database, fault) if finding[0] == name
    ]

    if name in fault.advice:
        assert [f.remedy[:3] for f in found] == ["-- "] * len(found)
        return
    for finding in found:
        run(owner, finding.remedy)
    assert check(name) == []


def test_role_name_fails_for_another_role(owner: psycopg2.extensions.connection) -> None:
    """The check reports a session of a role other than rowlock_api, and passes for rowlock_api."""
    sql = (CHECKS / "role_name.sql").read_text()
    with owner.cursor() as cursor:
        cursor.execute(sql)
        assert [row[1:] for row in cursor.fetchall()] == [(ROLE_NAME.detail, ROLE_NAME.remedy)]

        cursor.execute("set local session authorization rowlock_api")
        cursor.execute(sql)
        assert cursor.fetchall() == []


def test_role_name_fails_for_a_role_in_disguise(owner: psycopg2.extensions.connection) -> None:
    """A superuser that ran `set role rowlock_api` fails, because `reset role` can undo this."""
    with owner.cursor() as cursor:
        cursor.execute("select session_user")
        (superuser,) = cursor.fetchall()[0]
        cursor.execute("set local role rowlock_api")
        cursor.execute((CHECKS / "role_name.sql").read_text())

        assert cursor.fetchall() == [(superuser, ROLE_NAME.detail, ROLE_NAME.remedy)]


def test_server_version_fails_on_an_older_server(owner: psycopg2.extensions.connection) -> None:
    """The check reports a server older than the required version, and passes on this server."""
    sql = (CHECKS / "server_version.sql").read_text()
    with owner.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.fetchall() == []

        cursor.execute(sql.replace("140000", "990000"))
        cursor.execute("select current_setting('server_version')")
        version = cursor.fetchall()[0][0]
        cursor.execute(sql.replace("140000", "990000"))
        assert cursor.fetchall() == [
            (
                "server",
                f"the server is Postgres {version}",
                "-- upgrade the server to Postgres 14 or newer",
            )
        ]


@pytest.mark.parametrize(
    "place",
    ["role all", "role rowlock_api", "role rowlock_api in database {}", "database {}"],
)
def test_unbound_says_where_the_identity_is_set(
    owner: psycopg2.extensions.connection, check: Check, database: str, place: str
) -> None:
    """The remedy resets app.user_id where it is set, and none of the other settings there."""
    place = place.format(database)
    run(owner, f"alter {place} set work_mem = '5MB'")
    run(owner, f"alter {place} set \"app.user_id\" = 'alice'")
    run(owner, "select set_config('app.user_id', 'alice', true)")  # like a new connection

    (finding,) = check("unbound")
    assert finding.remedy == f'alter {place} reset "app.user_id";'

    run(owner, finding.remedy)
    (finding,) = check("unbound")
    assert finding.remedy.startswith("-- take app.user_id out of DATABASE_URL")


def test_settings_that_change_nothing_pass(
    owner: psycopg2.extensions.connection, check: Check
) -> None:
    """A needed value in another spelling is no finding, nor is a setting the API does not need."""
    run(owner, IN_DATABASE.format("client_encoding = 'utf-8'"))
    run(owner, IN_DATABASE.format("default_transaction_read_only = false"))
    run(owner, IN_DATABASE.format("work_mem = '5MB'"))
    run(owner, IN_DATABASE.format("statement_timeout = 0"))  # the role's own value applies

    assert check("settings") == []


HOSTILE = "we\"ird'; drop table app.tasks; --\n[bold]%s{}\\"
QUOTED = '"' + HOSTILE.replace('"', '""') + '"'


@pytest.mark.parametrize("name", ["tables_rls", "tables_user_id", "tables_keys", "privileges"])
def test_hostile_table_name_is_quoted(
    owner: psycopg2.extensions.connection, check: Check, name: str
) -> None:
    """A name with quotes, a semicolon and a line break breaks neither a check nor its remedy."""
    run(owner, f"create table app.{QUOTED} (id uuid)")
    run(owner, f"grant truncate on app.{QUOTED} to rowlock_api")

    for _ in range(2):  # the first round adds user_id, which the key of the second round needs
        for finding in check("tables_user_id") * (name == "tables_keys") + check(name):
            assert QUOTED in finding.object
            assert QUOTED in finding.remedy
            run(owner, finding.remedy)

    assert check(name) == []
    run(owner, "select from app.tasks")


def test_hostile_names_of_roles_and_functions_are_quoted(
    owner: psycopg2.extensions.connection, check: Check
) -> None:
    """Roles, owners, views and functions with a hostile name are found and fixed too."""
    run(owner, f"create role {QUOTED} bypassrls")
    run(owner, f"grant {QUOTED} to rowlock_api")
    run(owner, f"create view app.{QUOTED} as table app.tasks")
    run(owner, f"grant select on app.{QUOTED} to rowlock_api")
    run(owner, f"alter view app.{QUOTED} owner to {QUOTED}")
    run(owner, f"create function app.{QUOTED}() returns int language sql security definer return 1")

    # role_membership comes before definer_rights, because a member of a view's owner may read the
    # view even after its grants are revoked.
    for name in ("role_bypass", "role_membership", "definer_rights", "ownership"):
        for finding in check(name):
            assert QUOTED in finding.object
            run(owner, finding.remedy)
        assert check(name) == []


def test_hostile_name_stays_out_of_a_comment(
    owner: psycopg2.extensions.connection, check: Check
) -> None:
    """A remedy that is a comment has one line: a line break in a name would end the comment."""
    run(owner, TABLE.replace("app.probe", f"app.{QUOTED}"))

    remedies = [f.remedy for name in ("tables_policies", "drift") for f in check(name)]

    assert len(remedies) == 2
    assert [remedy for remedy in remedies if "\n" in remedy] == []


def test_every_check_finds_a_fault() -> None:
    """Each check that a change of the schema can fail has a fault in tests/faults."""
    assert {name for _, name in FOUND} | ELSEWHERE == NAMES


@pytest.mark.parametrize("path", sorted(CHECKS.glob("*.sql")), ids=lambda path: path.stem)
def test_check_begins_with_a_sentence(path: Path) -> None:
    """The first line states the requirement, and SEARCH_PATH can be put before the SQL."""
    sentence = path.read_text().partition("\n")[0]

    assert sentence[:4] == "-- " + sentence[3].upper()
    assert sentence.endswith(".")
    assert SEARCH_PATH.endswith(";")
