"""PgBouncer with one server connection, which all users of the API share."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import psycopg2
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from api.settings import Settings
from tests.support.api import RunningApi, running_api
from tests.support.issuer import Issuer
from tests.support.pooler import Pooler, running_pooler
from tests.support.server import API_PASSWORD, Server, connect, text


@dataclass(frozen=True)
class Bottleneck:
    """A database that clients reach through a pooler with one server connection."""

    server: Server
    pooler: Pooler
    database: str

    @property
    def url(self) -> str:
        """The URL of the API's role on the pooler's port."""
        return text(self.pooler.in_front_of(self.server.direct_api_url(self.database)))

    def connect(self) -> psycopg2.extensions.connection:
        """A new client of the pooler, which sends no statements by itself."""
        connection = connect(make_url(self.url))
        connection.autocommit = True
        return connection

    def backends(self) -> list[int]:
        """The process ids of the pooler's server connections."""
        with closing(connect(self.server.owner_url(self.database))) as connection:
            cursor = connection.cursor()
            cursor.execute(
                "select pid from pg_stat_activity"
                " where usename = 'rowlock_api' and datname = current_database()"
            )
            return [pid for (pid,) in cursor]

    def kill(self) -> int:
        """End every server connection of the pooler, and return their number."""
        with closing(connect(self.server.owner_url(self.database))) as connection:
            cursor = connection.cursor()
            cursor.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where usename = 'rowlock_api' and datname = current_database()"
            )
            (count,) = cursor.fetchone() or (0,)
            return int(count)


@pytest.fixture
def bottleneck(server: Server, own_database: str) -> Iterator[Bottleneck]:
    """A database for this test, and a pooler with one connection to it."""
    owner = make_url(server.owner)
    with running_pooler(owner, {"rowlock_api": API_PASSWORD}, pool_size=1) as pooler:
        yield Bottleneck(server, pooler, own_database)


@pytest.fixture
def pooled_settings(bottleneck: Bottleneck, api_settings: Settings) -> Settings:
    """The settings of an API that opens eight connections to the pooler of `bottleneck`."""
    changes = {"database_url": SecretStr(bottleneck.url), "pool_size": 8, "pool_timeout": 30.0}
    return api_settings.model_copy(update=changes)


@pytest.fixture
def pooled_api(pooled_settings: Settings, issuer: Issuer) -> Iterator[RunningApi]:
    """The API, whose connections to the pooler share one server connection."""
    with running_api(pooled_settings, issuer) as running:
        yield running
