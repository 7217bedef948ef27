"""A sequence of requests over one pooled connection, for several users and without a user."""

from contextlib import closing

import psycopg2
from psycopg2 import extensions
from sqlmodel import func, select

from api.database.statements import compiled
from api.tables.tasks import queries as tasks
from api.tables.tasks.model import Task
from tests.support.blocking import BlockingDatabase

COUNT = compiled(select(func.count()).select_from(Task))

EXPECTED: dict[str, object] = {
    "alice creates a task": "created",
    "a pooler's next client counts": 0,
    "nobody counts": 0,
    "bob counts": 0,
    "alice counts": 1,
    "alice counts in a unit of work": 1,
    "a pooler's next client counts afterwards": 0,
    "the session's next client counts afterwards": 0,
    "nobody counts afterwards": 0,
    "bob counts in a unit of work": 0,
}


def run_sequence(database: BlockingDatabase, alice: str, bob: str) -> dict[str, object]:
    """Run the sequence for two users without tasks, over a pool of one connection."""
    return {
        "alice creates a task": _create(database, alice),
        "a pooler's next client counts": _count_as_next_client(database),
        "nobody counts": _count_as_nobody(database),
        "bob counts": _count(database, bob),
        "alice counts": _count(database, alice),
        "alice counts in a unit of work": _count_in_unit_of_work(database, alice),
        "a pooler's next client counts afterwards": _count_as_next_client(database),
        "the session's next client counts afterwards": _count_in_next_session(database),
        "nobody counts afterwards": _count_as_nobody(database),
        "bob counts in a unit of work": _count_in_unit_of_work(database, bob),
    }


def _create(database: BlockingDatabase, user: str) -> object:
    try:
        created = database.as_user(user).fetch_one(
            tasks.CREATE, id=None, title="a task", description=None
        )
    except psycopg2.Error as error:
        return error.pgcode
    return "created" if created else None


def _count(database: BlockingDatabase, user: str) -> object:
    row = database.as_user(user).fetch_one(COUNT)
    return row and row[0]


def _count_in_unit_of_work(database: BlockingDatabase, user: str) -> object:
    with database.as_user(user).unit_of_work() as session:
        return session.exec(select(func.count()).select_from(Task)).one()


def _count_as_nobody(database: BlockingDatabase) -> object:
    return database.fetch_without_user(COUNT.sql)[0][0]


def _count_in_next_session(database: BlockingDatabase) -> object:
    """The count on a connection of a unit of work, without binding or clearing the user first."""
    with closing(database.database._engine.raw_connection()) as lent:  # noqa: SLF001 - from below
        connection = lent.driver_connection
        assert isinstance(connection, extensions.connection)
        with extensions.cursor(connection) as cursor:
            cursor.execute(COUNT.sql)
            row = cursor.fetchone()
            return row and row[0]


def _count_as_next_client(database: BlockingDatabase) -> object:
    """The count on a connection of a request, without binding or clearing the user first."""
    row = database.fetch_plain(COUNT.sql)
    return row and row[0]
