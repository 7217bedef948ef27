"""How long the views of the audit take with 500 tables for which the planner has no statistics."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class

from bench.guard.measure import Limit, Measure
from bench.guard.rig import Rig
from db import audit_schema
from tests.support.many_tables import MANY_TABLES
from tests.support.server import connect

ROUNDS = 3
# 200 ms on a machine on which the baseline takes 73 ms.
LIMIT = Limit(2.75, "×")  # noqa: RUF001 - the sign of multiplication
# A view of Postgres that reads privileges of the same tables. A slower machine slows it as much as
# the audit, so the quotient of both times does not depend on the machine.
BASELINE = "information_schema.column_privileges"
VIEWS = sorted(f"audit.{path.stem}" for path in audit_schema.VIEWS.glob("*.sql"))
AUDITOR = "create role auditor login in role rowlock_auditor"


@contextmanager
def measures(rig: Rig) -> Iterator[list[Measure]]:
    """One transaction, which is rolled back."""
    with (
        rig.server.database() as database,
        closing(connect(rig.server.owner_url(database))) as connection,
    ):
        with connection.cursor() as cursor:
            cursor.execute(AUDITOR)
            cursor.execute(MANY_TABLES)
            cursor.execute("set local session authorization auditor")
        yield [
            Measure(
                "audit: slowest view, divided by column_privileges",
                LIMIT,
                partial(slowest, connection),
            )
        ]
        connection.rollback()


def slowest(connection: Connection) -> Sequence[float]:
    """The time of the slowest view divided by that of the baseline, in each round."""
    return [
        max(_seconds(connection, view) for view in VIEWS) / _seconds(connection, BASELINE)
        for _ in range(ROUNDS)
    ]


def _seconds(connection: Connection, view: str) -> float:
    began = _clock(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {view}")  # noqa: S608 - names of our own files
        cursor.fetchall()
    return _clock(connection) - began


def _clock(connection: Connection) -> float:
    """The CPU time of the connection's backend, or the time of day where that cannot be read."""
    process = Path("/proc") / str(connection.info.backend_pid)
    with suppress(OSError):
        return int((process / "schedstat").read_text().split()[0]) / 1e9
    return time.perf_counter()
