"""The connections of requests: the event loop itself waits for them, without a thread.

A thread per statement would cost more than most statements do: the hand-over, and the wait for the
interpreter's lock. psycopg2 in its asynchronous mode sends a statement and lets the loop say when
there is something to read.
"""

from __future__ import annotations

import asyncio
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
# The server stops a statement after five (db/policies/roles.sql). A longer silence is a pooler that
# has no connection to spare, or a server that stands still.
ANSWER_SECONDS = 8.0

SURELY_SENT = 4096  # bytes, which any idle socket's buffer takes at once

Row = tuple[Any, ...]
type Query = tuple[str, Any]  # SQL and its values, in psycopg2's forms


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

    async def settle(self) -> None:
        """Learn what pg_stat_activity shows of a packet, and what a cleared session reports.

        Raises:
            psycopg2.Error: the connection is of no use, and is closed.
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
        """Whether the next user may have it: connected, at rest, and not too old.

        An idle connection that was cut off has closed itself: there was its end to read.
        """
        at_rest = extensions.TRANSACTION_STATUS_IDLE
        return (
            not self._driver.closed
            and self._driver.get_transaction_status() == at_rest
            and self._loop.time() < self._too_old_at
        )

    @property
    def unchanged(self) -> bool:
        """Whether the server reports of the session what it did when it was new."""
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
        """End the connection; whoever waits for its answer gets an error."""
        if not self._driver.closed:
            self._loop.remove_reader(self._file)
            self._loop.remove_writer(self._file)
            self._driver.close()
        self._fail(psycopg2.OperationalError("The connection was closed."))

    def _advance(self) -> None:
        """Go on where the server made it possible: read, write, or be done."""
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
            self.close()  # told while it was idle: the server reads its configuration anew
        if state == extensions.POLL_OK and self._answer and not self._answer.done():
            self._answer.set_result(None)

    def _fail(self, error: psycopg2.Error) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)

    def _give_up(self) -> None:
        self._fail(UnansweredError(f"No answer within {ANSWER_SECONDS:.0f} seconds."))


class Pool:
    """Connections with these parameters of libpq's; the last one used is the next one used.

    Opens one for every statement that finds none idle: `api/database/fair_queue.py`
    limits how many run at once.
    Nothing is sent when one is taken or given back. Belongs to the event loop that first uses it.
    """

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._parameters = parameters
        self._idle: list[LoopConnection] = []
        self._lent: set[LoopConnection] = set()
        self._closed = False

    async def fetch_one(self, *queries: Query, comment: bytes = NOBODY) -> Row | None:
        """Run statements in one packet: one round trip. `comment` is what other sessions see.

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
        """End every connection, and open no more."""
        self._closed = True
        for connection in (*self._idle, *self._lent):
            connection.close()
        self._idle.clear()

    async def _take(self) -> LoopConnection:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
            connection.close()
        return await connect_with_retry(self._connect)

    def _give_back(self, connection: LoopConnection) -> None:
        if connection.usable and connection.unchanged and not self._closed:
            self._idle.append(connection)
        else:  # broken, cancelled amid a statement, left in a transaction, or not as it was
            connection.close()

    async def _connect(self) -> LoopConnection:
        if self._closed:
            raise psycopg2.OperationalError("The pool of connections is closed.")
        loop = asyncio.get_running_loop()
        # In a thread, because the host's name is looked up here.
        driver = await loop.run_in_executor(
            None,
            partial(connect, self._parameters, async_=True),
        )
        try:
            async with asyncio.timeout(float(self._parameters["connect_timeout"])):
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
    """Wait until a connection that is being opened can go on."""
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
