"""The time that clearing the session and hiding the statement add to a read."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class

from api.database.bound_connection import BIND
from api.database.session_state import CLEAR, Reported
from api.database.statement_comments import blanks, comment
from bench.guard.measure import Limit, Measure
from bench.guard.rig import Rig
from tests.support.server import connect

ROUNDS, BATCHES, BATCH = 5, 40, 20
LIMIT = Limit(30, "µs")  # about 10 on an idle machine, where a request takes about 280
NAME = "opening: added to a read"
READ = "select id from app.tasks where id = '00000000-0000-7000-8000-000000000000'"
SLOW = "select pg_sleep(0.0001);"


@contextmanager
def measures(rig: Rig) -> Iterator[list[Measure]]:
    """One connection. The control sleeps for a tenth of a millisecond before each statement."""
    with (
        rig.server.database() as database,
        closing(connect(rig.server.direct_api_url(database))) as connection,
    ):
        connection.autocommit = True
        yield [
            Measure(NAME, LIMIT, partial(added, connection, more), control=bool(more))
            for more in ("", SLOW)
        ]


def added(connection: Connection, more: str) -> Sequence[float]:
    """The added microseconds of a read in each round: the difference of the fastest batches.

    Other processes can only make a batch slower.
    """
    reported = Reported(connection)
    with connection.cursor() as cursor:
        bound = cursor.mogrify(BIND, ("alice", "request")) + READ.encode()
        opened = comment("read_task") + blanks("1kB") + (CLEAR + more).encode() + bound
        found = []
        for _ in range(ROUNDS):
            without, opening, comparing = (
                min(times)
                for times in zip(
                    *(
                        (
                            _batch(lambda: cursor.execute(bound)),
                            _batch(lambda: cursor.execute(opened)),
                            _batch(lambda: reported.unchanged),
                        )
                        for _ in range(BATCHES)
                    ),
                    strict=True,
                )
            )
            found.append(opening - without + comparing)
    return found


def _batch(work: Callable[[], object]) -> float:
    """Microseconds of one call."""
    started = time.perf_counter()
    for _ in range(BATCH):
        work()
    return (time.perf_counter() - started) / BATCH * 1e6
