"""Two workers compared with one. They share the cores with Postgres and the load generator."""

import os
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from bench.figures import ratios
from bench.findings import Finding, at_least
from bench.rounds import Plan, Reading, measure_all
from bench.testbed import Driver, Testbed

LIMIT = 1.5
ONE, TWO = "rowlock", "rowlock2"
PLAN = Plan(
    contenders=(ONE, TWO),
    workloads=("list", "read", "create"),
    rounds=2,
    seconds=2,
    warm_seconds=1,
    warm_always=False,
)


def workers(testbed: Testbed, drivers: Mapping[str, Driver]) -> list[Finding]:
    """Measure each workload with one worker and with two, alternately."""
    readings = list(measure_all(testbed, PLAN, drivers))
    return [
        judge(workload, [reading for reading in readings if reading.workload == workload])
        for workload in PLAN.workloads
    ]


def judge(workload: str, readings: Sequence[Reading]) -> Finding:
    """Requests per second of two workers divided by those of one, and how many cores were used."""
    one = {found.round: found.load.rate for found in readings if found.contender == ONE}
    two = {found.round: found.load.rate for found in readings if found.contender == TWO}
    gain = median(ratios(two, one))
    cores = os.cpu_count() or 1
    used = median(_busy(readings, ONE))
    detail = (
        f"{median(one.values()):,.0f}/s, then {median(two.values()):,.0f}/s;"
        f" of {cores} cores one: {_cores(readings, ONE)}; two: {_cores(readings, TWO)};"
        f" one leaves room for {cores / used:.2f} times as much"
    )
    return at_least(f"two workers: {workload}", gain, LIMIT, detail, one=one, two=two)


def _cores(readings: Sequence[Reading], contender: str) -> str:
    """How many cores each process kept busy."""
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
    """How many cores were busy in each round, with those that other processes used.

    All cores divided by that number is the most that more workers could gain.
    """
    return [
        ((found.api_cpu or 0) + found.postgres_cpu + found.load_cpu)
        * (found.load.requests / 1000 / found.load.seconds)
        + found.foreign * (os.cpu_count() or 1)
        for found in readings
        if found.contender == contender
    ]
