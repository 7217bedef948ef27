"""The Postgres that every contender uses, with the same settings and the same durability."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from pydantic import SecretStr
from sqlalchemy import URL

from api.operations.migrate import migrate
from api.settings import Settings
from tests.support.cluster import Cluster, installed, new_cluster

MAJOR = "18"

# A commit is on the disk when it is acknowledged, for every contender. Autovacuum and checkpoints
# would start at any moment, so they are off; the benchmark runs them between the measurements.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "2GB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",
    "max_connections": "200",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server with Rowlock's schema in it."""

    cluster: Cluster
    programs: Path
    settings: dict[str, str]

    def url(self, role: str) -> URL:
        """The URL of the database for a role. All contenders use the same socket."""
        return self.cluster.url.set(username=role)

    @property
    def pid(self) -> int:
        """The main process of the server."""
        return self.cluster.pid

    @contextmanager
    def owner(self) -> Iterator[psycopg2.extensions.connection]:
        """A connection in autocommit that sees every row."""
        connection = psycopg2.connect(text(self.cluster.url))  # noqa: TID251 - for no user
        connection.autocommit = True
        with closing(connection):
            yield connection

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query that the owner runs."""
        with self.owner() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()


def text(url: URL) -> str:
    """The URL as libpq reads it."""
    return url.render_as_string(hide_password=False)


@contextmanager
def running_postgres(changes: Mapping[str, str]) -> Iterator[Postgres]:
    """Start a server for the run, migrate its database, and remove it at the end."""
    settings = SETTINGS | dict(changes)
    lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    with new_cluster(installed(MAJOR), lines) as cluster:
        cluster.start()
        postgres = Postgres(cluster, cluster.folder / "postgres" / "bin", settings)
        migrate(
            Settings(
                _env_file=None,
                database_url=SecretStr(text(postgres.url("rowlock_api"))),
                migration_database_url=SecretStr(text(cluster.url)),
                allow_development_key=True,
            )
        )
        yield postgres
