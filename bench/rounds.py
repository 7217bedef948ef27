"""The rounds: in each, every workload is driven against every contender in turn, each alone."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bench.contenders import CONTENDERS, WRITES, Contender
from bench.data import Written, undo
from bench.field import Driver, Field
from bench.http import UntrueError
from bench.usage import Used, resident_megabytes
from bench.wrk import CONNECTIONS, Load


@dataclass(frozen=True, slots=True)
class Reading:
    """What one measurement found. CPU is in seconds per 1,000 requests, memory in megabytes.

    `foreign` is the share of the machine's cores that went to nothing of ours meanwhile; `load_cpu`
    is that of the load generator.
    """

    contender: str
    workload: str
    round: int
    load: Load
    api_cpu: float | None
    postgres_cpu: float
    memory: float | None
    foreign: float
    load_cpu: float = 0.0


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
    warm_always: bool  # or in the first round only
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


def measure(field: Field, plan: Plan, drivers: Mapping[str, Driver], step: Step) -> Reading:
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
        warmed = (
            [driver.warm(step.workload, plan.warm_seconds)]
            if plan.warm_always or step.round == 0
            else []
        )
        before = Used.now(driver.pid, postgres.pid)
        load = driver.measure(step.workload, plan.seconds)
        used = Used.now(driver.pid, postgres.pid).since(before)
        memory = resident_megabytes(driver.pid) if driver.pid else None
        field.settle()
    finally:
        driver.rest()
    if step.workload in WRITES:
        written = undo(postgres, contender.schema)
        _compare(contender, step.workload, written, [*warmed, load])
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
        load_cpu=used.load / thousands,
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


def run(
    field: Field,
    plan: Plan,
    drivers: Mapping[str, Driver],
    advance: Callable[[Step], None],
) -> Iterator[Reading]:
    """All measurements, round by round. No round begins that would not end before the deadline."""
    number, began = 0, time.monotonic()
    for step in plan.steps():
        if step.round != number:
            now = time.monotonic()
            if now + (now - began) > plan.deadline:
                return
            number, began = step.round, now
        advance(step)
        yield measure(field, plan, drivers, step)
