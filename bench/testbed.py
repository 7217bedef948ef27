"""A testbed: one database, one issuer and the same users for all contenders."""

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench import data
from bench.contenders import CONTENDERS, Contender, Setup, free_port
from bench.data import REACH, user_id
from bench.http import FIELDS, Http, Row
from bench.pgbench import Pgbench
from bench.postgres import Postgres, running_postgres
from bench.run import Run
from bench.wrk import Load
from tests.support.issuer import Issuer

VERIFIED = 5  # users
QUIET_SECONDS = 10
TOKEN_SECONDS = 24 * 3600
SETTLED_SECONDS = 0.2
BUSY = """
select usename, state, wait_event, left(query, 200) from pg_stat_activity
where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()
"""


class Driver(Protocol):
    """A contender as the rounds use it."""

    @property
    def pid(self) -> int | None:
        """The main process of the API, if it has one."""

    def resume(self) -> None:
        """Continue its processes."""

    def pause(self) -> None:
        """Stop its processes, so that others are measured alone."""

    def warm(self, workload: str, seconds: float) -> Load:
        """Send requests that are not measured, and check every response."""

    def measure(self, workload: str, seconds: float) -> Load:
        """Send requests and measure."""


def write_users(folder: Path, issuer: Issuer, users: Iterable[int]) -> Path:
    """The users' numbers and tokens, for wrk."""
    file = folder / "users"
    expiry = int(time.time()) + TOKEN_SECONDS
    file.write_text("".join(f"{n} {issuer.token(user_id(n), exp=expiry)}\n" for n in users))
    return file


@dataclass(frozen=True, slots=True)
class Testbed:
    """A database with its users, in a run."""

    run: Run
    postgres: Postgres
    issuer: Issuer
    users: range
    users_file: Path
    folder: Path

    @contextmanager
    def contenders(self, names: Sequence[str]) -> Iterator[dict[str, Driver]]:
        """Start, verify and pause contenders; verify them again at the end."""
        drivers: dict[str, Driver] = {}
        with ExitStack() as stack:
            for name in names:
                contender = CONTENDERS[name]
                self.run.announce(f"starting {contender.title}")
                if contender.start is None:
                    drivers[name] = Pgbench(self.postgres, self.users, self.folder / name)
                    continue
                setup = Setup(self.postgres, self.issuer, free_port())
                server = Http(contender, setup, self.users_file, self.run.watchdog)
                stack.callback(server.stop)
                server.start()
                self.verify(server)
                server.pause()
                drivers[name] = server
            yield drivers
            for driver in drivers.values():
                if isinstance(driver, Http):
                    self.run.announce(f"verifying {driver.contender.title}")
                    driver.resume()
                    self.verify(driver)
                    driver.pause()

    @contextmanager
    def server(self, name: str) -> Iterator[Http]:
        """One contender that serves HTTP."""
        with self.contenders((name,)) as drivers:
            yield served(drivers, name)

    def verify(self, driver: Http) -> None:
        """Compare its responses with the rows that the owner reads."""
        step = max(1, len(self.users) // VERIFIED)
        driver.verify(list(self.users[::step]), lambda number: self._page(driver.contender, number))

    def _page(self, contender: Contender, number: int) -> list[Row]:
        found = self.postgres.query(
            f"select id::text, {', '.join(FIELDS[1:])} from {contender.schema}.tasks"  # noqa: S608 - ours
            f" where user_id = %s order by created_at desc, id desc limit {REACH}",
            (user_id(number),),
        )
        return [dict(zip(FIELDS, row, strict=True)) for row in found]

    def wait_until_idle(self) -> None:
        """Wait until Postgres runs no statement that a load generator left behind.

        One check is not enough: a request that has not reached Postgres yet would be paused in the
        middle of its transaction, with its locks.
        """
        deadline = time.monotonic() + QUIET_SECONDS
        quiet_since = time.monotonic()
        with self.postgres.owner() as connection, connection.cursor() as cursor:
            while (now := time.monotonic()) < quiet_since + SETTLED_SECONDS:
                cursor.execute(BUSY)
                if busy := cursor.fetchone():
                    if now > deadline:
                        raise RuntimeError(f"Postgres does not become idle: {busy}")
                    quiet_since = now
                time.sleep(0.02)


def served(drivers: Mapping[str, Driver], name: str) -> Http:
    """The driver of a contender that serves HTTP."""
    driver = drivers[name]
    assert isinstance(driver, Http)  # noqa: S101 - only pgbench is none
    return driver


@contextmanager
def running_testbed(
    run: Run,
    tasks: Sequence[int],
    *,
    plain: bool = False,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Testbed]:
    """Start a Postgres with this many tasks for each user; `plain` adds a copy without RLS."""
    total = sum(tasks)
    folder = Path(tempfile.mkdtemp(dir=run.folder))
    run.announce("starting Postgres")
    with running_postgres(settings or {}) as postgres:
        run.announce(f"creating {total:,} tasks")
        users = data.load(postgres, tasks, plain=plain)
        issuer = Issuer(folder)
        yield Testbed(run, postgres, issuer, users, write_users(folder, issuer, users), folder)
