"""An owner without BYPASSRLS can drop old months of the trail, but not read or change events."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from psycopg2 import errors
from pydantic import SecretStr
from sqlalchemy import URL

from api import cli
from api.database.bound_connection import BIND
from api.operations.migrate import migrate
from api.settings import Settings
from tests.support.cluster import EMBEDDED, new_cluster
from tests.support.server import connect, text
from tests.trail.conftest import run

ROLE = "create role keeper createrole login"
CREATE = "insert into app.tasks (title) values ('hers')"
NOTES = "create table app.probe (user_id text not null, id int not null, body text, secret text)"
COUNT = "select count(*) from app.events"


@pytest.fixture(scope="module")
def superuser() -> Iterator[URL]:
    """The superuser's URL of a database that the role keeper owns and has migrated twice.

    The only attributes of keeper are LOGIN and CREATEROLE.
    """
    with new_cluster(EMBEDDED) as cluster:
        cluster.start()
        with closing(connect(cluster.url)) as connection:
            connection.autocommit = True
            connection.cursor().execute(ROLE)
            connection.cursor().execute("create database kept owner keeper")
        url = cluster.url.set(database="kept")
        for _ in range(2):
            migrate(
                Settings(
                    _env_file=None,
                    database_url=SecretStr(text(url.set(username="rowlock_api"))),
                    migration_database_url=SecretStr(text(url.set(username="keeper"))),
                    allow_development_key=True,
                )
            )
        with closing(connect(url.set(username="rowlock_api"))) as connection, connection:
            run(connection, BIND, "alice", "request")
            run(connection, CREATE)
        yield url


@pytest.mark.parametrize(
    "attempt",
    [
        "set role rowlock_retention",
        "set role rowlock_recorder",
        "insert into trail.anchors values ('alice', 1, '2001-01-01', '')",
        "select trail.append('alice', 'create', 'tasks', 'x', '{}')",
    ],
)
def test_owner_is_refused(superuser: URL, attempt: str) -> None:
    """The owner cannot become a role of the trail, and cannot write an anchor or an event."""
    with (
        closing(connect(superuser.set(username="keeper"))) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        run(connection, attempt)

    with closing(connect(superuser)) as connection:
        assert run(connection, COUNT) == [(1,)]


def test_owner_reads_no_event(superuser: URL) -> None:
    """Row-level security hides existing events from the owner, who can neither read nor delete."""
    with closing(connect(superuser.set(username="keeper"))) as connection:
        assert run(connection, COUNT) == [(0,)]
        assert run(connection, "delete from app.events returning 1") == []
    with closing(connect(superuser)) as connection:
        assert run(connection, COUNT) == [(1,)]


def test_owner_attaches_a_table(superuser: URL) -> None:
    """The owner can attach a table in one call, and its changes are recorded."""
    with closing(connect(superuser.set(username="keeper"))) as connection:
        run(connection, NOTES)
        run(connection, "select trail.attach('app.probe', leave_out => array['secret'])")
        run(connection, "insert into app.probe values ('alice', 1, 'one', 'x')")
        # Without this policy the owner could not read the event. It is rolled back at the end.
        run(connection, "create policy seen on app.events for select to keeper using (true)")
        assert run(connection, "select table_name, changes from app.events where row_id = '1'") == [
            ("probe", {"body": "one"})
        ]
        connection.rollback()


def test_owner_retains_and_verifies(
    superuser: URL, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The owner can run `--retain`, which drops an old month, and `--verify`."""
    month = "trail.events_2001_01 partition of app.events for values"
    with closing(connect(superuser.set(username="keeper"))) as connection, connection:
        run(connection, f"create table {month} from ('2001-01-01 00:00Z') to ('2001-02-01 00:00Z')")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", text(superuser.set(username="keeper")))
    monkeypatch.setenv("DATABASE_URL", text(superuser.set(username="rowlock_api")))
    monkeypatch.setenv("ALLOW_DEVELOPMENT_KEY", "true")

    assert cli.main(["audit", "trail", "--retain", "1"]) == 0
    assert capsys.readouterr() == ("Dropped trail.events_2001_01: 0 events.\n", "")
    assert cli.main(["audit", "trail", "--verify"]) == 0
    assert capsys.readouterr() == ("✓ 1 event of 1 user verified.\n", "")
