"""Helpers that run statements as a user of rowlock_api, or as a superuser without triggers."""

import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from api.database.bound_connection import BIND
from tests.support.server import Server, connect

VERIFY = "select user_id, events, place, problem from trail.verify() order by user_id"


@dataclass(frozen=True)
class Database:
    """A migrated database that only this test uses."""

    server: Server
    name: str

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the owner, a superuser, and commit it."""
        with closing(self.owner()) as connection, connection:
            return run(connection, statement, *values)

    def silently(self, statement: str, *values: Any) -> None:
        """Run a statement as a superuser, without triggers, and commit it."""
        self.run(f"set local session_replication_role = replica; {statement}", *values)

    def as_user(self, user: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as rowlock_api for a user, and commit it."""
        with closing(self.api()) as connection, connection:
            run(connection, BIND, user, f"request-of-{user}")
            return run(connection, statement, *values)

    def verify(self) -> list[tuple[Any, ...]]:
        """The rows of trail.verify(), called as rowlock_auditor.

        A row has a user, the number of events, and place and text of the first problem.
        """
        return self.run(f"set local role rowlock_auditor; {VERIFY}")

    def owner(self) -> Connection:
        """A connection of the owner."""
        return connect(self.server.owner_url(self.name))

    def api(self) -> Connection:
        """A connection of rowlock_api."""
        return connect(self.server.api_url(self.name))


def run(connection: Connection, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement in the connection's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def own(server: Server, own_database: str) -> Database:
    """A database without tasks and events."""
    return Database(server, own_database)


@pytest.fixture(scope="session")
def shared(server: Server, database: str) -> Database:
    """The worker's database. Other tests write to it for other users."""
    return Database(server, database)


@pytest.fixture
def new_user() -> Callable[[], str]:
    """A function that returns a new user id."""
    return lambda: f"user-{uuid.uuid4().hex}"


@pytest.fixture
def history(own: Database) -> Database:
    """A database with five events of alice, and two of bob."""
    for title in ("one", "two", "three"):
        own.as_user("alice", "insert into app.tasks (title) values (%s)", title)
    own.as_user("alice", "update app.tasks set completed = true where title = 'two'")
    own.as_user("alice", "delete from app.tasks where title = 'one'")
    own.as_user("bob", "insert into app.tasks (title) values ('his')")
    own.as_user("bob", "update app.tasks set title = 'his own'")
    assert own.verify() == [("alice", 5, None, None), ("bob", 2, None, None)]
    return own
