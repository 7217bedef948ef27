"""The rule replication_slots, on a server with wal_level = logical."""

from contextlib import closing
from pathlib import Path

from pydantic import SecretStr

from api.operations.migrate import migrate
from api.settings import Settings
from tests.support.cluster import EMBEDDED, installed, new_cluster
from tests.support.server import Server, connect, text


def programs(server: Server) -> Path:
    """The Postgres programs of the test run if this machine has them, else the embedded ones."""
    word, _, version = server.kind.partition(" ")
    return installed(version.partition(".")[0]) if word == "Postgres" else EMBEDDED


def test_slot_is_found_until_it_is_dropped(server: Server) -> None:
    """A slot that decodes this database is a finding; a slot of another database is not."""
    with new_cluster(programs(server), "wal_level = logical\n") as cluster:
        cluster.start()
        url = text(cluster.url)
        migrate(
            Settings(
                _env_file=None,
                database_url=SecretStr(text(cluster.url.set(username="rowlock_api", password="x"))),
                migration_database_url=SecretStr(url),
                allow_development_key=True,
                allow_plaintext=True,
            )
        )
        find = "select object, detail, remedy from audit.findings where rule = 'replication_slots'"
        make = "select pg_create_logical_replication_slot('{}', 'pgoutput')"
        with closing(connect(cluster.url.set(database="template1"))) as elsewhere:
            elsewhere.autocommit = True
            elsewhere.cursor().execute(make.format("theirs"))
        with closing(connect(cluster.url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(find)
            assert cursor.fetchall() == []

            cursor.execute(make.format("ours"))
            cursor.execute(find)
            ((about, detail, remedy),) = cursor.fetchall()
            assert (about, detail) == (
                "replication slot ours",
                "lets each role that may replicate read every change of every row, by pgoutput",
            )

            cursor.execute(remedy)
            cursor.execute(find)
            assert cursor.fetchall() == []
