"""What a connection sends in front of a user's statements, so that none can forget it.

A connection carries an *opening*, a piece of SQL that its cursor sends in one packet with the
first statement of each transaction. It clears what an earlier user may have left in the session,
commits that, and binds the user's id, and the request's for the trail, to the transaction:

    nobody           begin; close all; reset all; …; commit; <statement>
    one statement    …; select set_config('app.user_id', <id>, true), …; <statement>
    a unit of work   …; begin; select set_config('app.user_id', <id>, true), …; <first statement>

The driver is in autocommit mode, so Postgres runs what follows the commit in the first two forms as
one implicit transaction: one round trip. Every way to run SQL goes through the cursor, so none can
forget the opening. The setting is local to the transaction, so nothing is left for a pooler's next
client. To nobody, row-level security shows no row.

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
    "select pg_catalog.pg_advisory_unlock_all(),"  # of the session; SQL has no command for it
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
    """A connection that speaks for one user at a time, or for nobody."""

    comment: bytes = NOBODY
    lent_before: bool = False
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
        """Speak for a user from the next statement on."""
        with self.cursor() as cursor:
            self._bound = cursor.mogrify(query, (identity(user_id), identity(request_id)))
        self.comment = comment

    def unbind(self) -> None:
        """Speak for nobody, with no transaction open."""
        self._bound, self._begin, self.comment = b"", "begin;", NOBODY
        self.rollback()

    def set_isolation_level(self, level: int | None) -> None:
        """Begin the transactions that follow at this level, one of the driver's constants.

        The driver itself would begin them in a packet of its own, before the session is cleared.
        """
        self._begin = LEVELS.get(level or 0, "begin;")

    @property
    def shown(self) -> bytes:
        """What pg_stat_activity shows of each packet."""
        return self.comment + self._blanks

    @property
    def opening(self) -> bytes:
        """What goes in front of the first statement of a transaction."""
        begin = self._begin if self._bound else ""
        return f"{CLEAR}{begin}".encode() + self._bound

    @property
    def unchanged(self) -> bool:
        """Whether the server reports of the session what it did when it was new."""
        return self._reported.unchanged

    def commit(self) -> None:
        """Commit a unit of work; a statement of its own is committed already."""
        self._end("commit")

    def rollback(self) -> None:
        """Roll a unit of work back; without one, nothing is sent."""
        self._end("rollback")

    def _end(self, command: str) -> None:
        if not self.closed and self.in_transaction:
            with extensions.connection.cursor(self, cursor_factory=extensions.cursor) as cursor:
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
        statement = query if vars is None else self.mogrify(query, vars)
        opening = b"" if self.connection.in_transaction else self.connection.opening
        super().execute(self.connection.shown + opening + self._bytes(statement))

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Run a statement for each set of values, in a transaction that is bound first.

        The driver sends each past `execute`, and counts the rows of all.
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
            "The driver would send this past the binding of the user's id: use execute."
        )

    callproc = copy_expert = copy_from = copy_to = _refuse
