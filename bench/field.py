"""Where the contenders meet: one database, one issuer, and the same users for all."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.contenders import CONTENDERS, Contender, Place, free_port
from bench.data import REACH, user_id
from bench.http import FIELDS, Http, Row
from bench.pgbench import Pgbench
from bench.postgres import Postgres
from bench.processes import Guardian
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
        """The process above all of the API's, if it has one."""

    def wake(self) -> None:
        """Let it run."""

    def rest(self) -> None:
        """Hold it."""

    def warm(self, workload: str, seconds: float) -> Load:
        """Drive it to no account, and check what it answers."""

    def measure(self, workload: str, seconds: float) -> Load:
        """Drive it."""


def write_users(folder: Path, issuer: Issuer, users: Iterable[int]) -> Path:
    """The users' numbers and tokens, for wrk."""
    file = folder / "users"
    expiry = int(time.time()) + TOKEN_SECONDS
    file.write_text("".join(f"{n} {issuer.token(user_id(n), exp=expiry)}\n" for n in users))
    return file


@dataclass(frozen=True, slots=True)
class Field:
    """The meeting place of a run."""

    postgres: Postgres
    issuer: Issuer
    users: range
    users_file: Path
    folder: Path
    guardian: Guardian

    @contextmanager
    def contenders(
        self, names: Sequence[str], said: Callable[[str], None]
    ) -> Iterator[dict[str, Driver]]:
        """Start them all, verified and at rest; verify them again at the end."""
        drivers: dict[str, Driver] = {}
        with ExitStack() as stack:
            for name in names:
                contender = CONTENDERS[name]
                said(f"starting {contender.title}")
                if contender.start is None:
                    drivers[name] = Pgbench(self.postgres, self.users, self.folder / name)
                    continue
                place = Place(self.postgres, self.issuer, free_port())
                driver = Http(contender, place, self.users_file, self.guardian)
                stack.callback(driver.stop)
                driver.start()
                self.verify(driver)
                driver.rest()
                drivers[name] = driver
            yield drivers
            for served in drivers.values():
                if isinstance(served, Http):
                    said(f"verifying {served.contender.title}")
                    served.wake()
                    self.verify(served)
                    served.rest()

    def verify(self, driver: Http) -> None:
        """Compare what it shows with what the owner sees."""
        step = max(1, len(self.users) // VERIFIED)
        driver.verify(list(self.users[::step]), lambda number: self._page(driver.contender, number))

    def _page(self, contender: Contender, number: int) -> list[Row]:
        found = self.postgres.query(
            f"select id::text, {', '.join(FIELDS[1:])} from {contender.schema}.tasks"  # noqa: S608 - ours
            f" where user_id = %s order by created_at desc, id desc limit {REACH}",
            (user_id(number),),
        )
        return [dict(zip(FIELDS, row, strict=True)) for row in found]

    def settle(self) -> None:
        """Wait until nothing that a load generator left behind runs any more.

        One look is not enough: a request that has not reached Postgres yet would be held amid its
        transaction, with its locks.
        """
        deadline = time.monotonic() + QUIET_SECONDS
        quiet_since = time.monotonic()
        with self.postgres.owner() as connection, connection.cursor() as cursor:
            while (now := time.monotonic()) < quiet_since + SETTLED_SECONDS:
                cursor.execute(BUSY)
                if busy := cursor.fetchone():
                    if now > deadline:
                        raise RuntimeError(f"Postgres does not come to rest: {busy}")
                    quiet_since = now
                time.sleep(0.02)
