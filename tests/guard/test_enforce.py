"""The guard on whole databases: which ones it accepts and refuses, over the API's connection."""

import time
from contextlib import closing
from typing import Any

import pytest
from alembic import command
from pydantic import SecretStr
from sqlalchemy import URL

from api.database.identity import Database
from api.database.retry import RESUME_SECONDS
from api.operations import startup_checks
from api.operations.migrate import alembic_config, migrate, newest_revision
from api.operations.startup_checks import CHECKS, WARNINGS, Finding, GuardError
from api.tables.discovery import statements
from tests.support.server import Server, text

HEAD = newest_revision()


def inspect(url: URL) -> list[startup_checks.Result]:
    with closing(Database(SecretStr(text(url)), pool_size=1, pool_timeout=5)) as database:
        return startup_checks.inspect(database, HEAD, statements())


def found(url: URL) -> dict[str, list[Finding]]:
    """The findings of the checks that fail."""
    return {result.name: result.findings for result in inspect(url) if result.findings}


@pytest.fixture
def api_url(server: Server, own_database: str) -> URL:
    """The API's URL of a new database on which every check passes."""
    url = server.api_url(own_database)
    assert found(url) == {}
    return url


def test_migrated_database_passes(api_url: URL) -> None:
    """Every check runs and has a sentence, and no check has a finding."""
    results = inspect(api_url)

    names = [
        "schema_at_head",
        "files_installed",
        *sorted(path.stem for path in CHECKS.glob("*.sql")),
        *sorted(path.stem for path in WARNINGS.glob("*.sql")),
        "statements",
    ]
    assert [result.name for result in results] == names
    assert all(result.sentence.endswith(".") for result in results)
    with closing(Database(SecretStr(text(api_url)), pool_size=1, pool_timeout=5)) as database:
        startup_checks.enforce(database, HEAD, statements())


def test_refusal_names_finding_and_remedy(server: Server, own_database: str, api_url: URL) -> None:
    """The error has one line per finding: the object, what is wrong, and the remedy."""
    server.execute("alter table app.tasks no force row level security", database=own_database)

    with (
        closing(Database(SecretStr(text(api_url)), pool_size=1, pool_timeout=5)) as database,
        pytest.raises(GuardError) as caught,
    ):
        startup_checks.enforce(database, HEAD, statements())

    lines = str(caught.value).splitlines()
    assert lines[0] == "The API does not start on this database."
    assert lines[2] == (
        "app.tasks: row-level security is not forced: the owner sees every row. Repair: "
        "alter table app.tasks enable row level security; "
        "alter table app.tasks force row level security;"
    )
    assert lines[1].startswith("tasks.sql: the catalogue differs from what this file installed")


def test_downgraded_database_is_refused(server: Server, own_database: str, api_url: URL) -> None:
    """A database at an older revision is refused until it is migrated."""
    settings = server.settings(own_database)
    command.downgrade(alembic_config(settings.owner_url()), "-1")
    ((finding,),) = found(api_url).values()

    assert finding.object == "schema"
    assert finding.detail.startswith("is at ")
    assert finding.detail.endswith(f", not at {HEAD}")
    assert finding.remedy == "-- run: rowlock migrate"

    migrate(settings)
    assert found(api_url) == {}


@pytest.mark.parametrize(
    ("change", "revision"),
    [
        ("update rowlock.alembic_version set version_num = 'f'", "f"),
        ("delete from rowlock.alembic_version", "nothing"),
    ],
)
def test_other_revision_is_the_only_finding(
    server: Server, own_database: str, api_url: URL, change: str, revision: str
) -> None:
    """If the database has an unknown revision, or none, the revision is the only finding."""
    server.execute(change, database=own_database)

    assert found(api_url) == {
        "schema_at_head": [
            Finding("schema", f"is at {revision}, not at {HEAD}", "-- run: rowlock migrate")
        ]
    }


def test_empty_database_is_refused(server: Server, empty_database: str) -> None:
    """A database without Rowlock's schema is refused until it is migrated."""
    url = server.api_url(empty_database)
    ((finding,),) = found(url).values()

    assert finding.detail == 'cannot be read: relation "rowlock.alembic_version" does not exist'
    assert finding.remedy == "-- run: rowlock migrate"

    migrate(server.settings(empty_database))
    assert found(url) == {}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("drop policy tasks_select_own on app.tasks", "tables_policies"),
        ("alter policy tasks_select_own on app.tasks using (true)", "drift"),
        ("alter table app.tasks disable row level security", "tables_rls"),
        ("grant truncate, insert on app.tasks to rowlock_api", "privileges"),
    ],
)
def test_drift_is_refused_until_migrated(
    server: Server, own_database: str, api_url: URL, change: str, check: str
) -> None:
    """A change outside the policy files is refused, and a migration repairs it."""
    server.execute(change, database=own_database)
    assert check in found(api_url)
    assert "drift" in found(api_url)

    migrate(server.settings(own_database))
    assert found(api_url) == {}


def test_table_without_policies_is_refused(server: Server, own_database: str, api_url: URL) -> None:
    """A table that was added by hand, without any protection, fails five checks."""
    server.execute("create table app.probe (id int primary key)", database=own_database)

    assert set(found(api_url)) == {
        "drift",
        "tables_keys",
        "tables_policies",
        "tables_rls",
        "tables_user_id",
    }


def test_owner_is_refused(server: Server, own_database: str, api_url: URL) -> None:
    """The owner's URL has one finding; its remedy changes DATABASE_URL, not the owner."""
    owner = server.owner_url(own_database)

    assert found(owner) == {
        "role_name": [
            Finding(
                str(owner.username),
                "is the role of DATABASE_URL, but only rowlock_api is held to the policies",
                "-- set DATABASE_URL to the URL of rowlock_api",
            )
        ]
    }
    assert found(api_url) == {}


def test_owner_in_disguise_is_refused(server: Server, own_database: str) -> None:
    """A superuser's URL with the option `role=rowlock_api` is refused too."""
    url = server.owner_url(own_database).update_query_dict({"options": "-c role=rowlock_api"})

    assert set(found(url)) == {"role_name"}


def test_identity_set_for_the_database_is_refused(server: Server, own_database: str) -> None:
    """A user id in the database's settings is a finding, and its remedy resets that setting."""
    api_url = server.direct_api_url(own_database)  # a pooler may keep older sessions
    server.execute(
        "alter database {} set \"app.user_id\" = 'it''s'", own_database, database=own_database
    )

    assert found(api_url) == {
        "unbound": [
            Finding(
                "setting app.user_id = 'it''s'",
                "is set before any request, so every connection is bound to that user",
                f'alter database {own_database} reset "app.user_id";',
            )
        ]
    }

    server.execute(found(api_url)["unbound"][0].remedy, database=own_database)
    assert found(api_url) == {}


def test_identity_in_the_url_is_refused(server: Server, own_database: str) -> None:
    """A user id in the URL's options is a finding, and its remedy names the places to look."""
    url = server.direct_api_url(own_database)  # a pooler refuses options
    url = url.update_query_dict({"options": "-c app.user_id=alice"})

    (finding,) = found(url)["unbound"]
    assert finding.remedy == "-- take app.user_id out of DATABASE_URL, PGOPTIONS or postgresql.conf"


def test_search_path_does_not_matter(server: Server, own_database: str, api_url: URL) -> None:
    """A search path with a function that shadows one of pg_catalog changes no finding."""
    server.execute(
        "create function app.to_regnamespace(text) returns regnamespace"
        " language sql return 'pg_toast'::regnamespace",
        database=own_database,
    )
    server.execute(
        "alter database {} set search_path = app, pg_catalog", own_database, database=own_database
    )

    assert found(api_url) == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"host": "127.0.0.1", "port": 1, "query": {}}, "Connection refused"),
        ({"database": "rowlock_absent"}, 'database "rowlock_absent" does not exist'),
        ({"username": "rowlock_absent"}, "rowlock_absent"),
    ],
    ids=["host", "database", "role"],
)
def test_unreachable_database_is_one_finding(
    server: Server, database: str, change: dict[str, Any], said: str
) -> None:
    """Each of these is one finding: a host that refuses, a missing database, a missing role.

    Connecting to a host is retried for a few seconds; a permanent error is reported at once.
    """
    began = time.monotonic()
    url = server.direct_api_url(database).set(**change)

    (findings,) = found(url).values()

    (finding,) = findings
    assert finding.object == "DATABASE_URL"
    assert finding.detail.startswith("cannot be used: ")
    assert said in finding.detail
    assert "\n" not in finding.detail
    assert finding.remedy == startup_checks.RECONNECT
    assert time.monotonic() - began < (4 * RESUME_SECONDS if "host" in change else RESUME_SECONDS)
