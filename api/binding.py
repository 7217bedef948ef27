"""What a connection sends in front of a user's statements, so that none can forget it.

A connection carries an *opening*, a piece of SQL that its cursor sends in one packet with the
first statement of each transaction. It clears what an earlier user may have left in the session,
and binds the user's id, and the request's for the trail, to the transaction:

    nobody           close all; reset all; <statement>
    one statement    …; select set_config('app.user_id', <id>, true), …; <statement>
    a unit of work   …; begin; select set_config('app.user_id', <id>, true), …; <first statement>

The driver is in autocommit mode, so Postgres runs the first form as one implicit transaction: one
round trip. Every way to run SQL goes through the cursor, so none can forget the opening. The
setting is local to the transaction, so nothing is left for a pooler's next client. To nobody,
row-level security shows no row.
"""

import os
import select
import socket
from contextlib import suppress
from typing import Any

import psycopg2
from psycopg2 import extensions

# Cursors held open and settings made for the session would reach the connection's next user.
CLEAR = "close all;reset all;"
_BIND = (
    "select pg_catalog.set_config('app.user_id', %s, true),"
    "pg_catalog.set_config('app.request_id', %s, true);"
)
BIND = CLEAR + _BIND
BEGIN_AND_BIND = CLEAR + "begin;" + _BIND


class BoundConnection(extensions.connection):
    """A connection that speaks for one user at a time, or for nobody."""

    opening: bytes = CLEAR.encode()
    lent_before: bool = False

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.autocommit = True
        self.cursor_factory = BoundCursor

    def bind(self, opening: str, user_id: str, request_id: str) -> None:
        """Speak for a user from the next statement on."""
        with self.cursor() as cursor:
            self.opening = cursor.mogrify(opening, (user_id, request_id))

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

    def hang_up(self) -> None:
        """End the connection under whoever waits on it, in whichever thread."""
        with (
            suppress(OSError, psycopg2.InterfaceError),  # it ended meanwhile
            socket.socket(fileno=os.dup(self.fileno())) as shared,
        ):
            shared.shutdown(socket.SHUT_RDWR)

    @property
    def cut_off(self) -> bool:
        """Whether the server has something to say to an idle connection: its last words, or an end.

        Asks the system and not the server, so it costs no round trip.
        """
        waiting = select.poll()
        waiting.register(self.fileno(), select.POLLIN)
        return bool(waiting.poll(0))

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
