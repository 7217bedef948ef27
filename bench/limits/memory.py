"""Memory: what a worker holds after many requests, against what it held after few."""

import time
from collections.abc import Callable

from bench.data import undo
from bench.field import Field
from bench.http import Http
from bench.limits.rows import Row, at_most
from bench.usage import resident_megabytes

FEW, MANY = 2_000, 200_000
SECONDS = 10  # of a chunk
LIMIT = 150  # seconds, after which no chunk is begun
BAR = 1.1


def memory(field: Field, driver: Http, say: Callable[[str], None]) -> Row:
    """Mixed requests to a fresh worker, with a look at its memory in between."""
    held: dict[int, float] = {}
    requests, began = 0, time.monotonic()
    driver.wake()
    try:
        while requests < MANY and time.monotonic() < began + LIMIT:
            say(f"memory: {requests:,} of {MANY:,} requests")
            requests += driver.measure("mix", 1 if requests < FEW else SECONDS).requests
            if requests >= FEW:
                assert driver.pid is not None  # noqa: S101 - it runs
                held[requests] = resident_megabytes(driver.pid)
        field.settle()
    finally:
        driver.rest()
    undo(field.postgres, driver.contender.schema)
    return judge(held)


def judge(held: dict[int, float]) -> Row:
    """The last look against the first one. Too few requests prove nothing, and meet no bar."""
    first, last = min(held), max(held)
    told = f"{held[first]:.1f} MB after {first:,} requests, {held[last]:.1f} MB after {last:,}"
    row = at_most("memory of a worker", held[last] / held[first], BAR, told, megabytes=held)
    if last >= MANY:
        return row
    return Row(row.what, f"{told}: too few to tell", row.bar, met=False, values=row.values)
