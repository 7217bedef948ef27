"""Two workers against one, on the cores that they share with Postgres and the load generator."""

import os
from collections.abc import Callable, Mapping, Sequence
from math import inf
from statistics import median

from bench.contenders import CONTENDERS
from bench.field import Driver, Field
from bench.figures import ratios
from bench.limits.rows import Row, at_least
from bench.rounds import Plan, Reading, Step, run

BAR = 1.5
ONE, TWO = "rowlock", "rowlock2"
PLAN = Plan(
    contenders=(ONE, TWO),
    workloads=("list", "read", "create"),
    rounds=2,
    seconds=2,
    warm_seconds=1,
    warm_always=False,
    deadline=inf,
)


def workers(field: Field, drivers: Mapping[str, Driver], say: Callable[[str], None]) -> list[Row]:
    """Each workload, with one worker and with two in turn."""

    def advance(step: Step) -> None:
        say(f"workers: {step.workload}, {CONTENDERS[step.contender].title}")

    readings = list(run(field, PLAN, drivers, advance))
    return [
        judge(workload, [reading for reading in readings if reading.workload == workload])
        for workload in PLAN.workloads
    ]


def judge(workload: str, readings: Sequence[Reading]) -> Row:
    """How many times the requests a second of one worker two answer, and who used the cores."""
    one = {found.round: found.load.rate for found in readings if found.contender == ONE}
    two = {found.round: found.load.rate for found in readings if found.contender == TWO}
    gain = ratios(two, one)
    assert gain is not None  # noqa: S101 - each round has both
    cores = os.cpu_count() or 1
    used = median(_busy(readings, ONE))
    told = (
        f"{median(one.values()):,.0f}/s, then {median(two.values()):,.0f}/s;"
        f" of {cores} cores one: {_cores(readings, ONE)}; two: {_cores(readings, TWO)};"
        f" one leaves room for {cores / used:.2f} times as much"
    )
    return at_least(f"two workers: {workload}", gain.median, BAR, told, one=one, two=two)


def _cores(readings: Sequence[Reading], contender: str) -> str:
    """How many cores each party kept busy."""
    ours = [found for found in readings if found.contender == contender]

    def busy(cpu: Callable[[Reading], float]) -> float:
        return median(
            cpu(found) * found.load.requests / 1000 / found.load.seconds for found in ours
        )

    api, postgres = busy(lambda found: found.api_cpu or 0), busy(lambda found: found.postgres_cpu)
    load = busy(lambda found: found.load_cpu)
    others = median(found.foreign for found in ours) * (os.cpu_count() or 1)
    return f"API {api:.2f}, Postgres {postgres:.2f}, wrk {load:.2f}, others {others:.2f}"


def _busy(readings: Sequence[Reading], contender: str) -> list[float]:
    """How many cores were busy in each round, with all that a request takes and what others used.

    All cores over that is the most that more workers could gain.
    """
    return [
        ((found.api_cpu or 0) + found.postgres_cpu + found.load_cpu)
        * (found.load.requests / 1000 / found.load.seconds)
        + found.foreign * (os.cpu_count() or 1)
        for found in readings
        if found.contender == contender
    ]
