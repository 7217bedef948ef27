"""The rounds: in each, every workload is driven against every contender in turn, each alone."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench import processes
from bench.contenders import CONTENDERS, WRITES, Contender, Place, free_port
from bench.data import REACH, Written, undo, user_id
from bench.http import FIELDS, Http, Row, UntrueError
from bench.pgbench import Pgbench
from bench.postgres import Postgres
from bench.wrk import CONNECTIONS, Load
from tests.support.issuer import Issuer

QUIET_SECONDS = 10
VERIFIED = 5  # users


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What one measurement found. CPU is in seconds per 1,000 requests, memory in megabytes."""

    contender: str
    workload: str
    round: int
    load: Load
    api_cpu: float | None
    postgres_cpu: float
    memory: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured, for how long, and when a new round is no longer begun."""

    contenders: Sequence[str]
    workloads: Sequence[str]
    rounds: int
    seconds: float
    warm_seconds: float
    deadline: float

    def steps(self) -> list[tuple[int, str, str]]:
        """Round, workload and contender of each measurement; each round begins with another."""
        return [
            (number, workload, name)
            for number in range(self.rounds)
            for workload in self.workloads
            for name in self._turn(number)
            if workload in CONTENDERS[name].workloads
        ]

    def _turn(self, number: int) -> list[str]:
        first = number % len(self.contenders)
        return [*self.contenders[first:], *self.contenders[:first]]


@dataclass(frozen=True, slots=True)
class Field:
    """Where the contenders meet: the database, the issuer and the users."""

    postgres: Postgres
    issuer: Issuer
    users: range
    users_file: Path
    folder: Path

    @contextmanager
    def contenders(self, names: Sequence[str], said: Callable[[str], None]) -> Iterator[dict[str, Driver]]:
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
                driver = Http(contender, place, self.users_file, self.folder)
                stack.callback(driver.stop)
                driver.start()
                self.verify(driver)
                driver.rest()
                drivers[name] = driver
            yield drivers
            for driver in drivers.values():
                if isinstance(driver, Http):
                    said(f"verifying {driver.contender.title}")
                    driver.wake()
                    self.verify(driver)
                    driver.rest()

    def verify(self, driver: Http) -> None:
        """Compare what it shows with what the owner sees."""
        step = max(1, len(self.users) // VERIFIED)
        driver.verify(
            list(self.users[::step]), lambda number: self._page(driver.contender, number)
        )

    def _page(self, contender: Contender, number: int) -> list[Row]:
        found = self.postgres.query(
            f"select id::text, {', '.join(FIELDS[1:])} from {contender.schema}.tasks"  # noqa: S608 - ours
            f" where user_id = %s order by created_at desc, id desc limit {REACH}",
            (user_id(number),),
        )
        return [dict(zip(FIELDS, row, strict=True)) for row in found]


def measure(field: Field, plan: Plan, drivers: dict[str, Driver], step: tuple[int, str, str]) -> Reading:
    """Warm a contender, drive it, and put the rows back.

    Raises:
        UntrueError: it answered wrongly, or wrote less than it said.
    """
    number, workload, name = step
    driver, contender, postgres = drivers[name], CONTENDERS[name], field.postgres
    driver.wake()
    try:
        warmed = driver.warm(workload, plan.warm_seconds)
        _quiet(postgres)
        api, server = _cpu(driver.pid), _cpu(postgres.pid)
        load = driver.measure(workload, plan.seconds)
        _quiet(postgres)
        api, server = _cpu(driver.pid) - api, _cpu(postgres.pid) - server
        memory = processes.resident_megabytes(driver.pid) if driver.pid else None
    finally:
        driver.rest()
    if workload in WRITES:
        written = undo(postgres, contender.schema)
        _compare(contender, workload, written, [warmed, load])
    thousands = max(load.requests, 1) / 1000
    api_cpu = api / thousands if driver.pid else None
    return Reading(name, workload, number, load, api_cpu, server / thousands, memory)


def _cpu(pid: int | None) -> float:
    return processes.cpu_seconds(pid) if pid else 0.0


def _compare(contender: Contender, workload: str, written: Written, loads: list[Load]) -> None:
    """Whether each success that was answered is in the database, and no more than was asked."""
    answered = sum(load.requests - load.refused for load in loads)
    count = written.created if workload == "create" else written.changed
    if workload != "mix" and not answered <= count <= answered + CONNECTIONS * len(loads):
        raise UntrueError(
            f"{contender.title} answered {answered} requests of {workload},"
            f" but the database holds {count} of them."
        )


def _quiet(postgres: Postgres) -> None:
    """Wait until nothing that wrk left behind runs any more."""

    def quiet() -> bool:
        ((busy,),) = postgres.query(
            "select count(*) from pg_stat_activity"
            " where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()"
        )
        return bool(busy == 0)

    if not processes.wait_until(quiet, QUIET_SECONDS):
        raise RuntimeError("Postgres does not come to rest.")


def run(
    field: Field,
    plan: Plan,
    drivers: dict[str, Driver],
    advance: Callable[[tuple[int, str, str]], None],
) -> Iterator[Reading]:
    """All measurements, round by round. No round begins that would end after the deadline."""
    began, last, longest = time.monotonic(), 0, 0.0
    for step in plan.steps():
        if step[0] != last:
            longest = max(longest, time.monotonic() - began)
            began, last = time.monotonic(), step[0]
            if began + longest > plan.deadline:
                return
        advance(step)
        yield measure(field, plan, drivers, step)
