"""Rounds. Each round measures every workload of every contender, one contender at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from bench.contenders import CONTENDERS, WRITES, Contender
from bench.data import Written, undo
from bench.http import WrongAnswerError
from bench.testbed import Driver, Testbed
from bench.usage import Used, resident_megabytes
from bench.wrk import CONNECTIONS, Load

RESERVE = 10  # seconds at the end of a run for verifying and stopping


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of one measurement. CPU is in seconds per 1,000 requests, memory in megabytes.

    `foreign` is the share of the machine's cores that other processes used; `load_cpu` is the CPU
    time of the load generator.
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
    """One measurement of the plan."""

    round: int
    workload: str
    contender: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and for how long.

    A round that would end later than `minutes` after the start is not begun.
    """

    contenders: Sequence[str]
    workloads: Sequence[str]
    rounds: int
    seconds: float
    warm_seconds: float
    warm_always: bool  # otherwise only in the first round
    minutes: float = inf

    def steps(self) -> list[Step]:
        """Each measurement, in order. Each round begins with another contender."""
        return [
            Step(number, workload, name)
            for number in range(self.rounds)
            for workload in self.workloads
            for name in self._rotated(number)
            if workload in CONTENDERS[name].workloads
        ]

    def _rotated(self, number: int) -> list[str]:
        first = number % len(self.contenders)
        return [*self.contenders[first:], *self.contenders[:first]]


def measure(testbed: Testbed, plan: Plan, drivers: Mapping[str, Driver], step: Step) -> Reading:
    """Warm a contender up, measure it, and restore the rows.

    Raises:
        WrongAnswerError: a response was wrong, or a change is missing in the database.
    """
    driver, contender, postgres = (
        drivers[step.contender],
        CONTENDERS[step.contender],
        testbed.postgres,
    )
    driver.resume()
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
        testbed.wait_until_idle()
    finally:
        driver.pause()
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
    """Check that the database has every acknowledged change, and no change that was not sent."""
    answered = sum(load.requests - load.refused for load in loads)
    count = written.created if workload == "create" else written.changed
    if workload != "mix" and not answered <= count <= answered + CONNECTIONS * len(loads):
        raise WrongAnswerError(
            f"{contender.title} answered {answered} requests of {workload},"
            f" but the database holds {count} of them."
        )


def measure_all(testbed: Testbed, plan: Plan, drivers: Mapping[str, Driver]) -> Iterator[Reading]:
    """All measurements of the plan, round by round."""
    run = testbed.run
    number, began = 0, run.seconds
    for step in plan.steps():
        if step.round != number:
            now = run.seconds
            if now + (now - began) > 60 * plan.minutes - RESERVE:
                return
            number, began = step.round, now
        run.announce(f"{step.workload}: {CONTENDERS[step.contender].title}")
        yield measure(testbed, plan, drivers, step)
