"""Who a connection speaks for: the only place that opens a database connection for a user.

A connection carries an *opening*, a piece of SQL that its cursor sends in one packet with the
first statement of each transaction. It clears what an earlier user may have left in the session,
and binds the user's id to the transaction:

    nobody           close all; reset all; <statement>
    one statement    …; select set_config('app.user_id', <id>, true); <statement>
    a unit of work   …; begin; select set_config('app.user_id', <id>, true); <first statement>

The driver is in autocommit mode, so Postgres runs the first form as one implicit transaction: one
round trip. Every way to run SQL goes through the cursor, so none can forget the opening. The
setting is local to the transaction, so nothing is left for a pooler's next client. To nobody,
row-level security shows no row.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2
import psycopg2.extras
from psycopg2 import errors, extensions
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, event  # noqa: TID251 - this is the one place
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool
from sqlmodel import Session
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from api.queries import Statement
from api.settings import libpq_url

CONNECT_TIMEOUT = 10  # seconds; a serverless database may have to wake up first

# Cursors held open and settings made for the session would reach the connection's next user.
CLEAR = "close all;reset all;"
_BIND = "select pg_catalog.set_config('app.user_id', %s, true);"
BIND = CLEAR + _BIND
BEGIN_AND_BIND = CLEAR + "begin;" + _BIND

Row = tuple[Any, ...]

psycopg2.extras.register_uuid()  # type: ignore[no-untyped-call] # the stub lacks a type

# Both mean that the transaction lost against another and left nothing behind.
retrying = Retrying(
    retry=retry_if_exception_type((errors.SerializationFailure, errors.DeadlockDetected)),
    stop=stop_after_attempt(3),
    wait=wait_random_exponential(multiplier=0.01, max=0.1),
    reraise=True,
)


class BoundConnection(extensions.connection):
    """A connection that speaks for one user at a time, or for nobody."""

    opening: bytes = CLEAR.encode()

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.autocommit = True
        self.cursor_factory = BoundCursor

    def bind(self, opening: str, user_id: str) -> None:
        """Speak for a user from the next statement on."""
        with self.cursor() as cursor:
            self.opening = cursor.mogrify(opening, (user_id,))

    def unbind(self) -> None:
        """Speak for nobody, with no transaction open."""
        self.opening = CLEAR.encode()
        self.rollback()

    def commit(self) -> None:
        """Commit a unit of work; a statement of its own is committed already."""
        self._end("commit")

    def rollback(self) -> None:
        """Roll a unit of work back; without one, nothing is sent."""
        self._end("rollback")

    def _end(self, command: str) -> None:
        if not self.closed and self.in_transaction:
            with self.cursor() as cursor:
                cursor.execute(command)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, as libpq knows without asking the server."""
        return self.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE


class BoundCursor(extensions.cursor):
    """Sends its connection's opening with the first statement of each transaction."""

    connection: BoundConnection

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's own name
        """Run a statement, bound to the connection's user."""
        if not self.connection.in_transaction:
            statement = query if vars is None else self.mogrify(query, vars)
            if not isinstance(statement, bytes):
                text = statement if isinstance(statement, str) else statement.as_string(self)
                statement = text.encode()
            query, vars = self.connection.opening + statement, None  # noqa: A001 - as above
        super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Run a statement for each set of values, in a transaction that is bound first.

        The driver sends each past `execute`, and counts the rows of all.
        """
        if not self.connection.in_transaction:
            self.execute("select")
        super().executemany(query, vars_list)

    def _refuse(self, *_: Any, **__: Any) -> None:
        raise psycopg2.NotSupportedError(
            "The driver would send this past the binding of the user's id: use execute."
        )

    callproc = copy_expert = copy_from = copy_to = _refuse


class Database:
    """A pool of connections as the API's role.

    Waits at most `pool_timeout` seconds for a free connection, then raises SQLAlchemy's
    `TimeoutError`. The pool is last-in-first-out and sends nothing on checkout or return.
    """

    def __init__(self, url: SecretStr, *, pool_size: int, pool_timeout: float) -> None:
        dsn = libpq_url(url)
        defaults: dict[str, Any] = {
            "fallback_application_name": "rowlock",
            "client_encoding": "utf8",
        }
        if "connect_timeout" not in dsn:
            defaults["connect_timeout"] = CONNECT_TIMEOUT

        def connect() -> BoundConnection:
            connection: BoundConnection = psycopg2.connect(  # noqa: TID251 - this is the one place
                dsn, connection_factory=BoundConnection, **defaults
            )
            return connection

        self._turns = asyncio.Semaphore(pool_size)
        self._pool_timeout = pool_timeout
        self._engine = create_engine(
            "postgresql+psycopg2://",
            creator=connect,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            pool_use_lifo=True,
            pool_reset_on_return=None,
            hide_parameters=True,  # they are users' words, and errors are logged
            use_native_hstore=False,
        )
        event.listen(self._engine, "reset", _unbind)

    def as_user(self, user_id: str) -> User:
        """Return the user's hand on the database.

        Raises:
            ValueError: the id is empty.
        """
        return User(user_id, self._engine)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait in the event loop, where waiting costs no thread, until a connection may be free.

        As many turns are taken at once as there are connections, in the order of arrival.

        Raises:
            sqlalchemy.exc.TimeoutError: none became free within the pool's timeout.
        """
        try:
            async with asyncio.timeout(self._pool_timeout):
                await self._turns.acquire()
        except TimeoutError:
            raise PoolTimeoutError from None
        try:
            yield
        finally:
            self._turns.release()

    def fetch_as_nobody(self, query: str, values: Sequence[Any] | None = None) -> list[Row]:
        """Run a query without an identity: the catalogue is readable, users' rows are not."""
        with closing(self._engine.raw_connection()) as lent, _driver(lent).cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def close(self) -> None:
        """Close the pool's idle connections."""
        self._engine.dispose()


def _unbind(connection: BoundConnection, record: ConnectionPoolEntry, _: object) -> None:
    """Take a connection back into the pool: nobody's, with no transaction open, or not at all."""
    connection.unbind()
    # A session that asked SQLAlchemy for an isolation level leaves the driver out of autocommit.
    if connection.closed or not connection.autocommit:
        record.invalidate()


@dataclass(frozen=True, slots=True)
class User:
    """One user's hand on the database. Nothing it runs can reach another user's rows."""

    id: str
    _engine: Engine = field(repr=False)

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("A user id must not be empty: nobody has no hand on the database.")

    def fetch_one(self, statement: Statement, **values: Any) -> Row | None:
        """Run one statement in one round trip and return its first row, or None.

        A statement that lost against a concurrent one (40001, 40P01) is run again, up to twice.

        Raises:
            psycopg2.Error: as the database reports it.
        """

        def run() -> Row | None:
            with closing(self._engine.raw_connection()) as lent:
                connection = _driver(lent)
                connection.bind(BIND, self.id)
                with connection.cursor() as cursor:
                    cursor.execute(statement.sql, statement.values(values))
                    return cursor.fetchone()

        return retrying(run)

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Run several statements in one transaction, over an ordinary SQLModel session.

        Commits at the end, rolls back on an error. The first statement costs one round trip,
        binding included. Every transaction of the session is bound, also one after a commit in
        between.
        """
        with self._engine.connect() as connection:
            _driver(connection.connection).bind(BEGIN_AND_BIND, self.id)
            with Session(connection) as session:
                yield session
                session.commit()


def _driver(lent: PoolProxiedConnection) -> BoundConnection:
    connection = lent.driver_connection
    assert isinstance(connection, BoundConnection)  # noqa: S101 - the pool makes no other
    return connection
