"""Wrong encodings and settings, which stop the start, and one setting that is only a warning."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
from alembic.util import CommandError
from pydantic import SecretStr

from api.database.identity import Database
from api.operations import startup_checks
from api.operations.migrate import migrate, newest_revision
from api.operations.startup_checks import Finding, GuardError
from api.settings import Settings
from api.tables.discovery import statements
from tests.guard.conftest import Rowlock
from tests.support.cluster import EMBEDDED, Cluster, new_cluster
from tests.support.server import Server, connect, text

HEAD = newest_revision()


@pytest.fixture(scope="module")
def talkative() -> Iterator[Cluster]:
    """A migrated server whose pg_stat_activity shows 8 kB of each statement; blanks hide 4 kB."""
    setting = "track_activity_query_size = 8kB\n"
    with new_cluster(EMBEDDED, setting) as cluster:
        cluster.start()
        with closing(connect(cluster.url)) as owner, owner.cursor() as cursor:
            cursor.execute("revoke temporary on database postgres from public")
            owner.commit()
        migrate(settings(cluster))
        yield cluster


def settings(cluster: Cluster) -> Settings:
    """Settings with both database URLs of this server."""
    return Settings(
        _env_file=None,
        database_url=SecretStr(text(cluster.url.set(username="rowlock_api"))),
        migration_database_url=SecretStr(text(cluster.url)),
        allow_development_key=True,
    )


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def other_encoding(request: pytest.FixtureRequest, server: Server) -> Iterator[tuple[str, str]]:
    """The name and the encoding of a database whose encoding is not UTF8."""
    name, encoding = f"rowlock_test_{uuid4().hex}", str(request.param)
    server.execute(
        f"create database {{}} template template0 encoding '{encoding}' locale 'C'", name
    )
    yield name, encoding
    server.execute("drop database {} with (force)", name)


def test_other_encoding_is_refused(
    server: Server, other_encoding: tuple[str, str], own_database: str
) -> None:
    """The API does not start on a database with another encoding than UTF8."""
    name, encoding = other_encoding
    wrong = f"database: its encoding is {encoding}; the API needs UTF8. Repair: -- create a"
    with (
        closing(
            Database(SecretStr(text(server.api_url(name))), pool_size=1, pool_timeout=5)
        ) as bad,
        pytest.raises(GuardError, match=wrong),
    ):
        startup_checks.enforce(bad, HEAD, statements())

    url = SecretStr(text(server.api_url(own_database)))
    with closing(Database(url, pool_size=1, pool_timeout=5)) as good:
        startup_checks.enforce(good, HEAD, statements())


def test_other_encoding_is_not_migrated(server: Server, other_encoding: tuple[str, str]) -> None:
    """`rowlock migrate` refuses with the same finding, and creates no schema."""
    name, encoding = other_encoding

    with pytest.raises(CommandError, match=f"its encoding is {encoding}; the API needs UTF8. -- "):
        migrate(server.settings(name))

    with closing(connect(server.owner_url(name))) as owner, owner.cursor() as cursor:
        cursor.execute("select from pg_namespace where nspname in ('app', 'rowlock', 'trail')")
        assert cursor.fetchall() == []


def test_warning_does_not_stop_the_start(
    talkative: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    """On a server that shows more than 4 kB of a statement, the API starts and logs a warning."""
    url = settings(talkative).database_url
    assert url is not None
    with closing(Database(url, pool_size=1, pool_timeout=5)) as database:
        (warned,) = [
            result
            for result in startup_checks.inspect(database, HEAD, statements())
            if result.findings
        ]
        startup_checks.enforce(database, HEAD, statements())

    assert (warned.name, warned.warning) == ("activity", True)
    (message,) = [record.message for record in caplog.records if record.name == "rowlock"]
    assert message.startswith("setting track_activity_query_size: is 8kB, but only 4kB are hidden")


def test_role_without_its_setting_is_found(talkative: Cluster) -> None:
    """If the role lacks a setting, the server's value is reported, and migrating repairs it."""
    url = settings(talkative).database_url
    assert url is not None
    with closing(connect(talkative.url)) as owner, owner.cursor() as cursor:
        cursor.execute("alter role rowlock_api reset statement_timeout")
        owner.commit()

    with closing(Database(url, pool_size=1, pool_timeout=5)) as database:
        assert startup_checks.foreign_settings(database) == [
            Finding(
                "setting statement_timeout = '0ms'",
                "is set for the server, in DATABASE_URL or in PGOPTIONS; the API needs 5s",
                "-- run: rowlock migrate",
            )
        ]

    migrate(settings(talkative))
    with closing(Database(url, pool_size=1, pool_timeout=5)) as database:
        assert startup_checks.foreign_settings(database) == []


def test_doctor_warns(
    talkative: Cluster, rowlock: Rowlock, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rowlock doctor` shows the warning with its remedy, and exits 0."""
    status = rowlock(
        "doctor",
        "postgres",
        DATABASE_URL=text(talkative.url.set(username="rowlock_api")),
        MIGRATION_DATABASE_URL=text(talkative.url),
    )

    out = capsys.readouterr().out
    assert status == 0
    assert "\n! setting track_activity_query_size: is 8kB, but only 4kB are hidden" in out
    assert "\n-- set track_activity_query_size to 4kB or less" in out
    assert "✗" not in out
