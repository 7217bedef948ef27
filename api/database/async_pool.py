"""The connections of requests: the event loop waits for the database, without a thread.

A thread for each statement would cost more than most statements do: the switch to it, and the wait
for the interpreter's lock. psycopg2's asynchronous mode sends a statement, and the event loop
reports when there is data to read.
"""

from __future__ import annotations

import asyncio
import select
from functools import partial
from typing import Any

import psycopg2
from psycopg2 import extensions

from api.database.bound_connection import NOBODY
from api.database.connect import connect
from api.database.retry import UnansweredError, connect_with_retry
from api.database.session_state import CLEAR, Reported
from api.database.statement_comments import ASK, blanks

MAX_AGE = 240  # seconds; Neon suspends a database, and cuts its connections, after 300 idle ones
# The server cancels a statement after five seconds (db/policies/roles.sql). Without an answer after
# eight, a pooler has no free connection, or the server does not respond.
ANSWER_SECONDS = 8.0

SURELY_SENT = 4096  # bytes: the buffer of an idle socket accepts them at once

Row = tuple[Any, ...]
type Query = tuple[str, Any]  # SQL and its values, as psycopg2 takes them


class LoopConnection:
    """A connection that runs one statement at a time, on one event loop.

    The driver is in autocommit mode: several statements in one packet are one transaction.
    """

    def __init__(self, driver: extensions.connection) -> None:
        self._driver = driver
        self._loop = asyncio.get_running_loop()
        self._file = driver.fileno()
        self._answer: asyncio.Future[None] | None = None
        self._too_old_at = self._loop.time() + MAX_AGE
        self._blanks = b""
        self._reported = Reported(driver)
        self._loop.add_reader(self._file, self._advance)
        self._input = select.poll()
        self._input.register(self._file, select.POLLIN)

    async def settle(self) -> None:
        """Clear the session, read track_activity_query_size, and note the reported parameters.

        Raises:
            psycopg2.Error: the connection cannot be used, and is closed.
        """
        try:
            row = await self.fetch_one((CLEAR + ASK, None))
        except BaseException:
            self.close()
            raise
        assert row is not None  # noqa: S101 - the function returns one value
        self._blanks = blanks(row[0])
        self._reported = Reported(self._driver)

    @property
    def usable(self) -> bool:
        """Whether the next user may have it: connected, without a transaction, and not too old."""
        at_rest = extensions.TRANSACTION_STATUS_IDLE
        return (
            not self._driver.closed
            and self._driver.get_transaction_status() == at_rest
            and self._loop.time() < self._too_old_at
        )

    @property
    def cut_off(self) -> bool:
        """Whether an idle connection has something to read: the server has closed it.

        The event loop closes such a connection, but a request may come before it in an iteration.
        """
        return bool(self._input.poll(0))

    @property
    def unchanged(self) -> bool:
        """Whether the server still reports the parameters that it reported at first."""
        return self._reported.unchanged

    async def fetch_one(self, *queries: Query, comment: bytes = NOBODY) -> Row | None:
        """Send all in one packet, and return the first row of the last one's result, or None.

        Raises:
            psycopg2.Error: as the database reports it, or UnansweredError. The connection may not
                be usable any more.
        """
        cursor = self._driver.cursor()
        written = [cursor.mogrify(sql, values) for sql, values in queries]
        packet = b"".join((comment, self._blanks, *written))
        answer = self._answer = self._loop.create_future()
        silence = self._loop.call_later(ANSWER_SECONDS, self._give_up)
        try:
            cursor.execute(packet)
            if len(packet) > SURELY_SENT:
                self._advance()  # sends the rest as the server reads
            await answer
            return cursor.fetchone() if cursor.description else None
        finally:
            silence.cancel()
            self._answer = None

    def close(self) -> None:
        """Close the connection; a statement that waits for its answer gets an error."""
        if not self._driver.closed:
            self._loop.remove_reader(self._file)
            self._loop.remove_writer(self._file)
            self._driver.close()
        self._fail(psycopg2.OperationalError("The connection was closed."))

    def _advance(self) -> None:
        """Read or write as far as the socket allows, and complete the answer."""
        try:
            state = self._driver.poll()
        except psycopg2.Error as error:
            self._fail(error)
            if self._answer is None or self._driver.closed:
                self._loop.remove_reader(self._file)
                self._loop.remove_writer(self._file)
                self._driver.close()
            return
        if state == extensions.POLL_WRITE:
            self._loop.add_writer(self._file, self._advance)
            return
        self._loop.remove_writer(self._file)
        if self._answer is None and not self.unchanged:
            self.close()  # reported while idle: the server has reloaded its configuration
        if state == extensions.POLL_OK and self._answer and not self._answer.done():
            self._answer.set_result(None)

    def _fail(self, error: psycopg2.Error) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)

    def _give_up(self) -> None:
        self._fail(UnansweredError(f"No answer within {ANSWER_SECONDS:.0f} seconds."))


class Pool:
    """A pool of connections with the same libpq parameters, last in, first out.

    It opens a connection for every statement that finds none idle; `api/database/fair_queue.py`
    limits how many run at once. Taking or returning one sends nothing. A pool belongs to the event
    loop that first uses it.
    """

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._parameters = parameters
        self._idle: list[LoopConnection] = []
        self._lent: set[LoopConnection] = set()
        self._closed = False

    async def fetch_one(self, *queries: Query, comment: bytes = NOBODY) -> Row | None:
        """Run statements in one packet: one round trip. Other sessions see only `comment`.

        Raises:
            psycopg2.Error: as the database reports it.
        """
        connection = await self._take()
        self._lent.add(connection)
        try:
            return await connection.fetch_one(*queries, comment=comment)
        finally:
            self._lent.discard(connection)
            self._give_back(connection)

    def close(self) -> None:
        """Close every connection, and open no more."""
        self._closed = True
        for connection in (*self._idle, *self._lent):
            connection.close()
        self._idle.clear()

    async def _take(self) -> LoopConnection:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and not connection.cut_off:
                return connection
            connection.close()
        return await connect_with_retry(self._connect)

    def _give_back(self, connection: LoopConnection) -> None:
        if connection.usable and connection.unchanged and not self._closed:
            self._idle.append(connection)
        else:  # broken, cancelled during a statement, in a transaction, or with changed parameters
            connection.close()

    async def _connect(self) -> LoopConnection:
        if self._closed:
            raise psycopg2.OperationalError("The pool of connections is closed.")
        loop = asyncio.get_running_loop()
        # In a thread, because libpq resolves the host's name here.
        driver = await loop.run_in_executor(
            None,
            partial(connect, self._parameters, async_=True),
        )
        try:
            seconds = float(self._parameters["connect_timeout"])
            # In libpq, zero and negative numbers mean no limit.
            async with asyncio.timeout(seconds if seconds > 0 else None):
                while (state := driver.poll()) != extensions.POLL_OK:
                    await _ready(loop, driver.fileno(), state)
        except TimeoutError:
            driver.close()
            raise psycopg2.OperationalError("connection failed: timeout expired") from None
        except BaseException:
            driver.close()
            raise
        connection = LoopConnection(driver)
        await connection.settle()
        return connection


async def _ready(loop: asyncio.AbstractEventLoop, file: int, state: int) -> None:
    """Wait until the socket of a connection that is being opened is ready."""
    ready: asyncio.Future[None] = loop.create_future()
    reads = state == extensions.POLL_READ
    add, remove = (
        (loop.add_reader, loop.remove_reader) if reads else (loop.add_writer, loop.remove_writer)
    )
    add(file, lambda: None if ready.done() else ready.set_result(None))
    try:
        await ready
    finally:
        remove(file)
