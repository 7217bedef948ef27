"""A connection that binds a user's identity to every transaction, without being asked to.

Its cursor sends a prefix in one packet with the first statement of each transaction. The prefix
clears session state that an earlier user may have left, commits that, and binds the user's id and
the id of the request (for the trail) to the transaction:

    no user          begin; close all; reset all; …; commit; <statement>
    one statement    …; select set_config('app.user_id', <id>, true), …; <statement>
    a unit of work   …; begin; select set_config('app.user_id', <id>, true), …; <first statement>

The driver is in autocommit mode. In the first two forms, Postgres therefore runs everything after
`commit;` as one implicit transaction. This takes one round trip. All SQL goes through the cursor,
so no code can omit the prefix. The settings are local to the transaction, so a pooler cannot carry
them to its next client. Without a user, row-level security shows no row.

Each packet begins with the comment that pg_stat_activity shows
(api/database/statement_comments.py).
"""

import os
import select
import socket
from contextlib import suppress
from typing import Any

import psycopg2
from psycopg2 import extensions

from api.database.literals import identity
from api.database.session_state import CLEAR, Reported
from api.database.statement_comments import ASK, blanks, comment

BIND = (
    "select pg_catalog.pg_advisory_unlock_all(),"  # of the session: no SQL command releases them
    "pg_catalog.set_config('app.user_id', %s, true),"
    "pg_catalog.set_config('app.request_id', %s, true);"
)
OPENING = CLEAR + BIND
NOBODY = comment("nobody")

LEVELS = {
    extensions.ISOLATION_LEVEL_READ_UNCOMMITTED: "begin isolation level read uncommitted;",
    extensions.ISOLATION_LEVEL_READ_COMMITTED: "begin isolation level read committed;",
    extensions.ISOLATION_LEVEL_REPEATABLE_READ: "begin isolation level repeatable read;",
    extensions.ISOLATION_LEVEL_SERIALIZABLE: "begin isolation level serializable;",
}


class BoundConnection(extensions.connection):
    """A connection that is bound to one user at a time, or to none."""

    comment: bytes = NOBODY
    was_used: bool = False
    _blanks: bytes = b""
    _begin: str = "begin;"
    _bound: bytes = b""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.autocommit = True
        self.cursor_factory = BoundCursor
        try:
            with self.cursor() as cursor:
                cursor.execute(ASK)
                ((size,),) = cursor.fetchall()
        except BaseException:
            self.close()
            raise
        self._blanks = blanks(size)
        self._reported = Reported(self)

    def bind(self, query: str, user_id: str, request_id: str, comment: bytes) -> None:
        """Bind the connection to a user from the next statement on."""
        with self.cursor() as cursor:
            self._bound = cursor.mogrify(query, (identity(user_id), identity(request_id)))
        self.comment = comment

    def unbind(self) -> None:
        """End any transaction, and bind the connection to no user."""
        self._bound, self._begin, self.comment = b"", "begin;", NOBODY
        self.rollback()

    def set_isolation_level(self, level: int | None) -> None:
        """Set the isolation level of the following transactions, one of the driver's constants.

        The driver's own method would begin them in a separate packet, before the session is
        cleared.
        """
        self._begin = LEVELS.get(level or 0, "begin;")

    @property
    def shown(self) -> bytes:
        """The comment at the start of each packet, which pg_stat_activity shows."""
        return self.comment + self._blanks

    @property
    def opening(self) -> bytes:
        """The prefix of the first statement of a transaction."""
        begin = self._begin if self._bound else ""
        return f"{CLEAR}{begin}".encode() + self._bound

    @property
    def unchanged(self) -> bool:
        """Whether the server still reports the parameters that it reported at first."""
        return self._reported.unchanged

    def commit(self) -> None:
        """Commit a unit of work. A single statement is committed already."""
        self._end("commit")

    def rollback(self) -> None:
        """Roll back a unit of work. Without one, nothing is sent."""
        self._end("rollback")

    def _end(self, command: str) -> None:
        if not self.closed and self.in_transaction:
            with extensions.connection.cursor(self, cursor_factory=extensions.cursor) as cursor:
                cursor.execute(command)

    def shut_down(self) -> None:
        """Close the socket, so that a thread that waits for an answer gets an error."""
        with (
            suppress(OSError, psycopg2.InterfaceError),  # it may be closed already
            socket.socket(fileno=os.dup(self.fileno())) as shared,
        ):
            shared.shutdown(socket.SHUT_RDWR)

    @property
    def cut_off(self) -> bool:
        """Whether an idle connection has something to read. That means that the server closed it.

        It polls the socket, so it costs no round trip.
        """
        waiting = select.poll()
        waiting.register(self.fileno(), select.POLLIN)
        return bool(waiting.poll(0))

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open. libpq keeps track of it, so this costs no round trip."""
        return self.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE


class BoundCursor(extensions.cursor):
    """Sends its connection's prefix with the first statement of each transaction."""

    connection: BoundConnection

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's own name
        """Run a statement for the user to whom the connection is bound."""
        statement = query if vars is None else self.mogrify(query, vars)
        opening = b"" if self.connection.in_transaction else self.connection.opening
        super().execute(self.connection.shown + opening + self._bytes(statement))

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Run a statement for each set of values, in one bound transaction.

        The driver does not call `execute` for them, and counts the rows of all.
        """
        if not self.connection.in_transaction:
            self.execute("select")
        super().executemany(self.connection.shown + self._bytes(query), vars_list)

    def _bytes(self, statement: Any) -> bytes:
        if isinstance(statement, bytes):
            return statement
        text = statement if isinstance(statement, str) else statement.as_string(self)
        return str(text).encode()

    def _refuse(self, *_: Any, **__: Any) -> None:
        raise psycopg2.NotSupportedError(
            "The driver would send this without the user's identity: use execute."
        )

    callproc = copy_expert = copy_from = copy_to = _refuse
