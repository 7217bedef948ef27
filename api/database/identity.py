"""Binds a user's identity to each transaction: the only way to run a statement for a user.

A request of one statement runs on the event loop (`api/database/async_pool.py`). Several statements
in one transaction run in a session of SQLAlchemy's, in a thread. `api/database/bound_connection.py`
sends the identity; `api/database/retry.py` says what is retried while the database is unreachable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

import psycopg2
from pydantic import SecretStr
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool
from sqlmodel import Session

from api.database.async_pool import MAX_AGE, Pool, Row
from api.database.bound_connection import BIND, OPENING, BoundConnection
from api.database.connect import connect, connection_parameters, create_engine
from api.database.fair_queue import FairQueue
from api.database.literals import identity
from api.database.retry import connect_in_thread_with_retry, run_with_retry
from api.database.statement_comments import comment
from api.database.statements import Statement


class Database:
    """Connections as the API's role: for requests on the event loop, and for sessions in threads.

    There are at most `pool_size` of each kind. Waiting for one longer than `pool_timeout` seconds
    raises SQLAlchemy's `TimeoutError`. Taking or returning a connection sends nothing.
    """

    def __init__(self, url: SecretStr, *, pool_size: int, pool_timeout: float) -> None:
        parameters = connection_parameters(url, "rowlock")

        def connect_bound() -> BoundConnection:
            if self._closed:
                raise psycopg2.OperationalError("The pool of connections is closed.")
            connection: BoundConnection = connect(parameters, connection_factory=BoundConnection)
            self._opened.add(connection)
            return connection

        self._turns = FairQueue(pool_size, pool_timeout)
        self._pool = Pool(parameters)
        self._closed = False
        self._opened: WeakSet[BoundConnection] = WeakSet()
        self._engine = create_engine(
            lambda: connect_in_thread_with_retry(connect_bound),
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            pool_use_lifo=True,
            pool_recycle=MAX_AGE,
            pool_reset_on_return=None,
            hide_parameters=True,  # errors are logged, and parameters contain users' data
            use_native_hstore=False,
        )
        event.listen(self._engine, "checkout", _check)
        event.listen(self._engine, "reset", _unbind)

    def as_user(self, user_id: str, request_id: str = "") -> User:
        """Return a handle that runs statements for this user; the trail records the request id.

        Raises:
            ValueError: the id is empty.
        """
        return User(user_id, request_id, self._turns, self._pool, self._engine)

    def fetch_without_user(self, query: str, values: Any = None) -> list[Row]:
        """Run a query without an identity: the catalogue is readable, users' rows are not."""
        with closing(self._engine.raw_connection()) as lent, _driver(lent).cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def close(self) -> None:
        """Close all connections. If requests are running, call this on their event loop.

        Connections in use are closed too, because a thread that waits for an unresponsive server
        would keep the process alive.
        """
        self._closed = True
        self._pool.close()
        self._engine.dispose()
        for connection in list(self._opened):
            connection.shut_down()


def _check(connection: BoundConnection, *_: object) -> None:
    """Replace a connection that the server closed while it was idle.

    Nothing was sent on it yet, so this is safe for any statement. When a server stops, all idle
    connections are closed, so each one is checked when it is taken.
    """
    if connection.was_used and connection.cut_off:
        raise InvalidatePoolError
    connection.was_used = True


def _unbind(connection: BoundConnection, record: ConnectionPoolEntry, _: object) -> None:
    """Return a connection to the pool without a user and without a transaction, or discard it."""
    connection.unbind()
    # A session may have switched autocommit off, or changed a parameter that the server reports.
    if connection.closed or not connection.autocommit or not connection.unchanged:
        record.invalidate()


@dataclass(frozen=True, slots=True)
class User:
    """Runs statements for one user. None of them can reach another user's rows."""

    id: str
    request_id: str
    _turns: FairQueue = field(repr=False)
    _pool: Pool = field(repr=False)
    _engine: Engine = field(repr=False)

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("A user id must not be empty.")

    async def fetch_one(self, statement: Statement, /, **values: Any) -> Row | None:
        """Run one statement in one round trip and return its first row, or None.

        Retries up to twice after a conflict with a concurrent statement (40001, 40P01), and after a
        lost connection if the statement only reads. Another statement may have been committed, so
        it is not retried.

        Raises:
            psycopg2.Error: as the database reports it.
            sqlalchemy.exc.TimeoutError: no connection became free in time.
        """
        opening = OPENING, (identity(self.id), identity(self.request_id))
        query = statement.sql, statement.values(values)

        async def run() -> Row | None:
            return await self._pool.fetch_one(opening, query, comment=statement.comment)

        await self._turns.take(self.id)
        try:
            return await run_with_retry(run, reads=statement.reads)
        finally:
            self._turns.give_back(self.id)

    @contextmanager
    def unit_of_work(self, name: str = "unit_of_work") -> Iterator[Session]:
        """Run several statements in one transaction, in an ordinary SQLModel session.

        It blocks its thread, so a handler that uses it is a plain `def`.

        Commits at the end, rolls back on an error. The identity is sent with the first statement,
        in the same round trip. Every transaction of the session has the identity, also the next one
        after a commit within the block. pg_stat_activity shows the name.

        Raises:
            ValueError: the name contains anything but a-z, 0-9 and _.
        """
        shown = comment(name)
        with self._engine.connect() as connection:
            _driver(connection.connection).bind(BIND, self.id, self.request_id, shown)
            with Session(connection) as session:
                yield session
                session.commit()


def _driver(lent: PoolProxiedConnection) -> BoundConnection:
    connection = lent.driver_connection
    assert isinstance(connection, BoundConnection)  # noqa: S101 - the pool creates no other
    return connection
