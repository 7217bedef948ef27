"""Alembic on a new database for each test."""

import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from psycopg2 import extensions
from pydantic import SecretStr

from api.operations.migrate import alembic_config
from tests.support.catalogue import catalogue
from tests.support.server import Server, connect, text


@dataclass(frozen=True)
class Migrated:
    """A database, and Alembic's commands on it."""

    server: Server
    name: str

    @property
    def config(self) -> Config:
        """Alembic's configuration for this database."""
        return alembic_config(SecretStr(text(self.server.owner_url(self.name))))

    def upgrade(self, revision: str = "head") -> None:
        """Run alembic upgrade."""
        command.upgrade(self.config, revision)

    def downgrade(self, revision: str) -> None:
        """Run alembic downgrade."""
        command.downgrade(self.config, revision)

    def sql(self, what: Callable[..., None], revisions: str) -> str:
        """Run an Alembic command with --sql, and return what it prints."""
        config = self.config
        config.output_buffer = io.StringIO()
        what(config, revisions, sql=True)
        printed = config.output_buffer.getvalue()
        assert isinstance(printed, str)
        return printed

    def catalogue(self) -> list[str]:
        """Every object that the installation created."""
        return catalogue(self.server.owner_url(self.name))

    def execute(self, statement: str) -> None:
        """Run SQL as the owner, and commit it."""
        with closing(self.connect()) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """Query as the owner."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def connect(self) -> extensions.connection:
        """A connection of the owner."""
        return connect(self.server.owner_url(self.name))

    def connect_api(self) -> extensions.connection:
        """A connection of rowlock_api."""
        return connect(self.server.api_url(self.name))


@pytest.fixture
def migrated(server: Server, own_database: str) -> Migrated:
    """A database at head."""
    return Migrated(server, own_database)


@pytest.fixture
def empty(server: Server, empty_database: str) -> Migrated:
    """A database without migrations."""
    return Migrated(server, empty_database)
