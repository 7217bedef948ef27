"""Rowlock clears the settings that a client leaves in the pooler's one server connection.

The server's session continues after a client disconnects, so each packet clears the session first.
"""

import uuid
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy import text as sql_text

from api.database.identity import Database
from api.database.statements import Statement
from api.operations import startup_checks
from api.operations.migrate import newest_revision
from api.tables.discovery import statements
from api.tables.tasks import queries as tasks
from tests.pooled.conftest import Bottleneck
from tests.support.blocking import BlockingDatabase, BlockingUser, blocking
from tests.support.server import text

# A statement that changes the session, and a query by which the next client sees the change.
KEPT = {
    "set session characteristics as transaction read only": "show default_transaction_read_only",
    "set default_transaction_isolation = serializable": "show default_transaction_isolation",
    "set search_path = app": "show search_path",
    "set statement_timeout = 0": "show statement_timeout",
    "set row_security = off": "show row_security",
    "set \"app.user_id\" = 'mallory'": "select nullif(current_setting('app.user_id'), '')",
    "prepare p as select 1": "select count(*) from pg_prepared_statements",
    "listen words": "select count(*) from pg_listening_channels()",
    "select pg_advisory_lock(4711)": "select count(*) from pg_locks where locktype = 'advisory'",
    "declare c cursor with hold for select 1": "select count(*) from pg_cursors",
}
# Settings that PgBouncer restores for each client.
BY_POOLER = [
    "set client_encoding = latin1",
    "set client_encoding = sjis",
    "set standard_conforming_strings = off",
    "set standard_conforming_strings = off; set backslash_quote = on",
    "set timezone = 'Asia/Tokyo'",
    "set datestyle = 'German'",
]


@pytest.fixture
def pooled(bottleneck: Bottleneck) -> Iterator[BlockingDatabase]:
    """Rowlock's pools, connected to the pooler, each with an open connection."""
    with blocking(bottleneck.url) as database:
        write(database)
        yield database


def leave(bottleneck: Bottleneck, left: str) -> None:
    """Run a statement as another client of the pooler."""
    with closing(bottleneck.connect()) as careless:
        careless.cursor().execute(left)


def seen(bottleneck: Bottleneck, query: str) -> object:
    """The value that the pooler's next client reads."""
    with closing(bottleneck.connect()) as client, client.cursor() as cursor:
        cursor.execute(query)
        ((value,),) = cursor.fetchall()
        return value


def write(database: BlockingDatabase) -> None:
    """Write a statement and a unit of work as a user with a difficult id, and check the rows."""
    user = database.as_user(f"josé \\' {uuid.uuid4().hex}")
    title = "łódź \\'; select 666 --"
    assert user.fetch_one(tasks.CREATE, id=None, title=title, description=None)
    with user.unit_of_work() as session:
        session.execute(sql_text("insert into app.tasks (title) values (:title)"), {"title": title})
        found = session.execute(sql_text("select user_id, title from app.tasks")).all()
    assert found == [(user.id, title)] * 2


@pytest.mark.parametrize(("left", "query"), KEPT.items(), ids=KEPT.keys())
def test_server_session_is_cleared(
    bottleneck: Bottleneck, pooled: BlockingDatabase, left: str, query: str
) -> None:
    """A changed setting reaches the pooler's next client until a statement of Rowlock clears it."""
    fresh = seen(bottleneck, query)
    leave(bottleneck, left)
    assert seen(bottleneck, query) != fresh  # the control

    write(pooled)

    assert seen(bottleneck, query) == fresh
    assert len(bottleneck.backends()) == 1


@pytest.mark.parametrize("left", [*KEPT, *BY_POOLER])
@pytest.mark.parametrize("kind", ["statement", "unit_of_work"])
def test_what_a_handler_leaves_reaches_no_one(
    bottleneck: Bottleneck, pooled: BlockingDatabase, left: str, kind: str
) -> None:
    """A setting that a handler makes for the session does not change the next user's requests."""
    mallory: BlockingUser = pooled.as_user("mallory")
    if kind == "statement":
        mallory.fetch_one(Statement(f"{left}; select 1", {}))
    else:
        with mallory.unit_of_work() as session:
            session.execute(sql_text(left))

    write(pooled)
    assert len(bottleneck.backends()) == 1


def test_connections_stay_in_use(bottleneck: Bottleneck, pooled: BlockingDatabase) -> None:
    """Rowlock keeps its connection when another client has changed a setting."""
    user = pooled.as_user("alice")

    def mine() -> object:
        with user.unit_of_work() as session:
            session.execute(sql_text("select 1"))
            return session.connection().connection.driver_connection

    first = mine()
    for _ in range(3):
        write(pooled)
        leave(bottleneck, "set statement_timeout = 0")
        assert mine() is first


def test_pooler_remembers_prepared_statements(bottleneck: Bottleneck) -> None:
    """Rowlock's `deallocate all` also works with a pooler that tracks prepared statements."""
    with closing(Database(SecretStr(bottleneck.url), pool_size=1, pool_timeout=5)) as database:
        assert database.fetch_without_user("prepare p as select 1; select 1") == [(1,)]
        assert database.fetch_without_user("prepare p as select 1; select 1") == [(1,)]
    with closing(bottleneck.connect()) as client, pytest.raises(psycopg2.Error, match="already"):
        client.cursor().execute("prepare p as select 1")


def test_pooled_session_that_is_older_than_the_role_s_setting(bottleneck: Bottleneck) -> None:
    """A pooled session with an outdated setting of the role stops the start until it is ended."""
    place = f"alter role rowlock_api in database {bottleneck.database}"
    bottleneck.server.execute(f"{place} set search_path = public")
    assert seen(bottleneck, "show search_path") == "public"  # this opens the session
    bottleneck.server.execute(f"{place} reset search_path")

    with closing(Database(SecretStr(bottleneck.url), pool_size=1, pool_timeout=5)) as database:
        (finding,) = startup_checks.foreign_settings(database)
        assert finding.detail == "is set in DATABASE_URL or PGOPTIONS; the API needs pg_catalog"
        assert finding.remedy.endswith("sessions that are older than what is stored, end them")

        assert bottleneck.kill() == 1
    with closing(Database(SecretStr(bottleneck.url), pool_size=1, pool_timeout=5)) as database:
        startup_checks.enforce(database, newest_revision(), statements())


def test_options_reach_no_session_of_a_pooler(
    bottleneck: Bottleneck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`options` in the URL stop the start, and Rowlock clears settings from the environment."""
    url = make_url(bottleneck.url).update_query_dict({"options": "-c statement_timeout=0"})
    with closing(Database(SecretStr(text(url)), pool_size=1, pool_timeout=5)) as database:
        (result,) = startup_checks.inspect(database, newest_revision(), statements())
    assert [finding.object for finding in result.findings] == ["DATABASE_URL"]
    assert "unsupported startup parameter" in result.findings[0].detail

    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    assert seen(bottleneck, "show TimeZone") == "Asia/Tokyo"  # the control
    with closing(Database(SecretStr(bottleneck.url), pool_size=1, pool_timeout=5)) as database:
        startup_checks.enforce(database, newest_revision(), statements())
        assert database.fetch_without_user("show TimeZone") == [("UTC",)]
