"""The rounds: in each, every workload is driven against every contender in turn, each alone."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, Self

from bench import processes
from bench.contenders import CONTENDERS, WRITES, Contender, Place, free_port
from bench.data import REACH, Written, undo, user_id
from bench.http import FIELDS, Http, Row, UntrueError
from bench.pgbench import Pgbench
from bench.postgres import Postgres
from bench.wrk import CONNECTIONS, Load
from tests.support.issuer import Issuer

QUIET_SECONDS = 10
SETTLED_SECONDS = 0.2
BUSY = """
select usename, state, wait_event, left(query, 200) from pg_stat_activity
where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()
"""
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
    """What one measurement found. CPU is in seconds per 1,000 requests, memory in megabytes.

    `foreign` is the share of the machine's cores that went to nothing of ours meanwhile.
    """

    contender: str
    workload: str
    round: int
    load: Load
    api_cpu: float | None
    postgres_cpu: float
    memory: float | None
    foreign: float


class Step(NamedTuple):
    """One measurement that is to be made."""

    round: int
    workload: str
    contender: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured, for how long, and when a new round is no longer begun."""

    contenders: Sequence[str]
    workloads: Sequence[str]
    rounds: int
    seconds: float
    warm_seconds: float
    deadline: float

    def steps(self) -> list[Step]:
        """Each measurement, in order. Each round begins with another contender."""
        return [
            Step(number, workload, name)
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
        driver.verify(list(self.users[::step]), lambda number: self._page(driver.contender, number))

    def _page(self, contender: Contender, number: int) -> list[Row]:
        found = self.postgres.query(
            f"select id::text, {', '.join(FIELDS[1:])} from {contender.schema}.tasks"  # noqa: S608 - ours
            f" where user_id = %s order by created_at desc, id desc limit {REACH}",
            (user_id(number),),
        )
        return [dict(zip(FIELDS, row, strict=True)) for row in found]


@dataclass(frozen=True, slots=True)
class Used:
    """CPU time used so far: by the API, by Postgres, by load generators, and by the machine."""

    api: float
    postgres: float
    load: float
    machine: float
    at: float

    @classmethod
    def now(cls, api: int | None, postgres: int) -> Self:
        """Read the clocks."""
        return cls(
            processes.cpu_seconds(api) if api else 0.0,
            processes.cpu_seconds(postgres),
            processes.ended_seconds(),
            processes.machine_seconds(),
            time.monotonic(),
        )

    def since(self, before: Self) -> "Used":
        """What was used in between."""
        return Used(
            self.api - before.api,
            self.postgres - before.postgres,
            self.load - before.load,
            self.machine - before.machine,
            self.at - before.at,
        )

    @property
    def foreign(self) -> float:
        """The share of the machine's cores that went to nothing of ours."""
        ours = self.api + self.postgres + self.load
        return max(0.0, (self.machine - ours) / (self.at * (os.cpu_count() or 1)))


def measure(field: Field, plan: Plan, drivers: dict[str, Driver], step: Step) -> Reading:
    """Warm a contender, drive it, and put the rows back.

    Raises:
        UntrueError: it answered wrongly, or wrote less than it said.
    """
    driver, contender, postgres = (
        drivers[step.contender],
        CONTENDERS[step.contender],
        field.postgres,
    )
    driver.wake()
    try:
        warmed = driver.warm(step.workload, plan.warm_seconds)
        before = Used.now(driver.pid, postgres.pid)
        load = driver.measure(step.workload, plan.seconds)
        used = Used.now(driver.pid, postgres.pid).since(before)
        memory = processes.resident_megabytes(driver.pid) if driver.pid else None
        _quiet(postgres)
    finally:
        driver.rest()
    if step.workload in WRITES:
        written = undo(postgres, contender.schema)
        _compare(contender, step.workload, written, [warmed, load])
    thousands = max(load.requests, 1) / 1000
    return Reading(
        contender=step.contender,
        workload=step.workload,
        round=step.round,
        load=load,
        api_cpu=used.api / thousands if driver.pid else None,
        postgres_cpu=used.postgres / thousands,
        memory=memory,
        foreign=used.foreign,
    )


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
    """Wait until nothing that a load generator left behind runs any more.

    One look is not enough: a request that has not reached Postgres yet would be held amid its
    transaction, with its locks.
    """
    deadline = time.monotonic() + QUIET_SECONDS
    quiet_since = time.monotonic()
    with postgres.owner() as connection, connection.cursor() as cursor:
        while (now := time.monotonic()) < quiet_since + SETTLED_SECONDS:
            cursor.execute(BUSY)
            if busy := cursor.fetchone():
                if now > deadline:
                    raise RuntimeError(f"Postgres does not come to rest: {busy}")
                quiet_since = now
            time.sleep(0.02)


def run(
    field: Field,
    plan: Plan,
    drivers: dict[str, Driver],
    advance: Callable[[Step], None],
) -> Iterator[Reading]:
    """All measurements, round by round. No round begins that would end after the deadline."""
    began, last, longest = time.monotonic(), 0, 0.0
    for step in plan.steps():
        if step.round != last:
            longest = max(longest, time.monotonic() - began)
            began, last = time.monotonic(), step.round
            if began + longest > plan.deadline:
                return
        advance(step)
        yield measure(field, plan, drivers, step)
