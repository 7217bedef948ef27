"""Two versions under traffic, during a migration and during the return to the older code."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx2

from tests.rolling.conftest import (
    NEWER_REVISION,
    NEWER_VERSION,
    POLICIES,
    Versions,
    readiness,
)
from tests.support.api import NO_TLS

LOCK_TIMEOUT = 2.0  # seconds, for the API's role: db/policies/roles.sql
CLIENTS = 4

CURRENT = "select version_num from rowlock.alembic_version"


@dataclass
class Traffic:
    """Where clients send their requests, and the responses."""

    urls: list[str]
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def more(self, count: int = 100) -> None:
        """Wait until this many more requests were answered."""
        wanted, deadline = len(self.statuses) + count, time.monotonic() + 30
        while len(self.statuses) < wanted:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@contextmanager
def traffic(urls: list[str], token: str) -> Iterator[Traffic]:
    """Read and write alternately, at each URL in turn, until the end of the block."""
    seen, stop = Traffic(urls), threading.Event()

    def send() -> None:
        headers = {"authorization": f"Bearer {token}"}
        with httpx2.Client(headers=headers, timeout=30, trust_env=False, verify=NO_TLS) as client:
            number = 0
            while not stop.wait(0.005):
                number += 1
                url = f"{seen.urls[number // 2 % len(seen.urls)]}/api/tasks"
                sent_at = time.monotonic()
                if number % 2:
                    answer = client.post(url, json={"title": "probe"})
                else:
                    answer = client.get(url, params={"limit": 1})
                seen.statuses.append(answer.status_code)
                seen.seconds.append(time.monotonic() - sent_at)

    with ThreadPoolExecutor(CLIENTS) as clients:
        sending = [clients.submit(send) for _ in range(CLIENTS)]
        try:
            yield seen
        finally:
            stop.set()
            for one in sending:
                one.result(60)


def test_no_request_fails_on_the_way_there_and_back(
    versions: Callable[[str], Versions], stack: ExitStack
) -> None:
    """No request fails, or waits for the migration longer than the API's lock_timeout."""
    both = versions("None")
    # The policies of the tasks and the trail are applied again under traffic.
    for name in ("policies/tasks.sql", "trail/refuse.sql", "policies/events.sql"):
        path = both.newer.folder / "db" / name
        path.write_text(path.read_text() + "\n-- Changed.\n")
    first = stack.enter_context(both.older.serving())
    seen = stack.enter_context(traffic([first], both.token))
    seen.more()

    migrated = both.newer.run("migrate")
    seen.more()
    still_ready = readiness(first)
    with both.newer.serving() as second:
        seen.urls = [first, second]
        seen.more()
        seen.urls = [first]
        seen.more()
    migrated_back = both.older.run("migrate")
    third = stack.enter_context(both.older.serving())
    seen.urls = [first, third]
    seen.more()
    seen.urls = [first]
    seen.more()
    stack.close()

    assert migrated.stdout == (
        f"The database is at revision {NEWER_REVISION}. "
        "Policy files applied: trail/*.sql, events.sql, probes.sql, tasks.sql.\n"
    )
    assert still_ready[0] == 200
    assert migrated_back.stdout == (
        f"The database is newer than this version: Rowlock {NEWER_VERSION} migrated it to revision "
        f"{NEWER_REVISION}, and this version still works on it. There is nothing to do.\n"
    )
    assert (migrated.returncode, migrated_back.returncode) == (0, 0)
    assert both.fetch(CURRENT) == [(NEWER_REVISION,)]
    assert set(seen.statuses) == {200, 201}
    assert max(seen.seconds) < LOCK_TIMEOUT


def test_doctor_says_that_the_database_is_newer(versions: Callable[[str], Versions]) -> None:
    """On a newer compatible database, the older doctor reports that and no finding."""
    both = versions("None")
    assert both.newer.run("migrate").returncode == 0

    found = both.older.run("doctor")

    assert found.returncode == 0, found.stdout
    assert "The database is newer than this version" in " ".join(found.stdout.split())


def test_drift_on_a_newer_database_is_found(versions: Callable[[str], Versions]) -> None:
    """A manual change of a newer version's objects is drift, also for the older version."""
    both = versions("None")
    both.newer.run("migrate")
    both.server.execute("drop policy probes_select_own on app.probes", database=both.database)

    found = both.older.run("doctor")

    assert found.returncode == 1
    assert "probes.sql: the catalogue differs from what this file installed" in found.stdout


def test_database_below_its_floor_is_refused(versions: Callable[[str], Versions]) -> None:
    """Code that is older than the database supports is refused, and told which version to run."""
    both = versions("revision")
    with both.older.serving() as url:
        migrated = both.newer.run("migrate")
        status, body = readiness(url)
    refused = both.older.run("serve")
    nothing_to_do = both.older.run("migrate")

    assert migrated.returncode == 0
    assert (status, body["reason"]) == (
        503,
        "This version does not work on the schema of the database.",
    )
    assert refused.returncode == 1
    assert "schema: is newer than this version" in refused.stderr
    assert f"run Rowlock {NEWER_VERSION}, which migrated it" in refused.stderr
    assert nothing_to_do.returncode == 0
    assert "this version does not work on it. There is nothing to do." in nothing_to_do.stdout
    assert both.fetch(CURRENT) == [(NEWER_REVISION,)]


def test_older_version_leaves_newer_policy_files_alone(
    versions: Callable[[str], Versions],
) -> None:
    """If only a policy file is newer, the older version starts and does not install its own."""
    both = versions("None")
    next((both.newer.folder / "alembic" / "versions").glob("probes.py")).unlink()
    (both.newer.folder / "db" / "policies" / "probes.sql").unlink()
    path = both.newer.folder / "db" / "policies" / "tasks.sql"
    path.write_text(path.read_text() + POLICIES.replace("probes", "tasks").replace("_own", "_more"))
    assert both.newer.run("migrate").returncode == 0

    doctor = both.older.run("doctor")
    migrated = both.older.run("migrate")

    assert "is not installed as it is written" not in doctor.stdout
    assert migrated.stdout.endswith("There is nothing to do.\n")
    assert both.fetch("select count(*) from pg_policy where polname = 'tasks_select_more'") == [
        (1,)
    ]
