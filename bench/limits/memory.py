"""Memory: a worker's memory after many requests, divided by its memory after few."""

import time
from dataclasses import replace

from bench.data import undo
from bench.findings import Finding, Outcome, at_most
from bench.limits.sites import Site
from bench.usage import resident_megabytes

FEW, MANY = 2_000, 200_000
SECONDS = 10  # of one measurement
MOST_SECONDS = 150  # after which no measurement begins
LIMIT = 1.1


def memory(site: Site) -> list[Finding]:
    """Send mixed requests to a new worker, and read its memory at intervals."""
    _, testbed, driver = site
    held: dict[int, float] = {}
    requests, began = 0, time.monotonic()
    driver.resume()
    try:
        while requests < MANY and time.monotonic() < began + MOST_SECONDS:
            testbed.run.announce(f"memory: {requests:,} of {MANY:,} requests")
            requests += driver.measure("mix", 1 if requests < FEW else SECONDS).requests
            if requests >= FEW:
                assert driver.pid is not None  # noqa: S101 - it runs
                held[requests] = resident_megabytes(driver.pid)
        testbed.wait_until_idle()
    finally:
        driver.pause()
    undo(testbed.postgres, driver.contender.schema)
    return [judge(held)]


def judge(held: dict[int, float]) -> Finding:
    """The last value divided by the first. Too few requests count as a violation of the limit."""
    first, last = min(held), max(held)
    detail = f"{held[first]:.1f} MB after {first:,} requests, {held[last]:.1f} MB after {last:,}"
    found = at_most("memory of a worker", held[last] / held[first], LIMIT, detail, megabytes=held)
    if last >= MANY:
        return found
    return replace(found, measured=f"{detail}: too few to tell", outcome=Outcome.VIOLATED)
