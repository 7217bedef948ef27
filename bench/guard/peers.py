"""Rowlock's requests per second divided by those of the hand-filtered handler.

The limits are about half of the usual values, because the machines of CI are small and shared.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from bench import data
from bench.compare.cells import rates
from bench.contenders import BASELINE
from bench.figures import ratios
from bench.guard.measure import Limit, Measure
from bench.guard.rig import Rig
from bench.rounds import Plan, measure_all
from bench.testbed import Driver, Testbed, running_testbed
from bench.wrk import program

PEER = "hand"
LIMITS = {
    workload: Limit(value, "×", least=True)  # noqa: RUF001 - the multiplication sign
    for workload, value in {"list": 2.5, "read": 3.0, "create": 3.5, "mix": 2.5}.items()
}
ROUNDS, SECONDS = 5, 1


@contextmanager
def measures(rig: Rig) -> Iterator[list[Measure]]:
    """Start a separate Postgres, which waits for its disk as in production, and both contenders."""
    program()
    tasks = data.tasks_of_users(data.QUICK)
    with running_testbed(rig.run, tasks, plain=True) as testbed:
        rig.meter.servers.append(testbed.postgres.pid)
        with testbed.contenders((PEER, BASELINE)) as drivers:
            yield [
                Measure(
                    f"peers: {workload}, Rowlock divided by hand-filtered",
                    limit,
                    partial(measured, testbed, drivers, workload),
                )
                for workload, limit in LIMITS.items()
            ]
        rig.meter.servers.remove(testbed.postgres.pid)


def measured(testbed: Testbed, drivers: Mapping[str, Driver], workload: str) -> Sequence[float]:
    """The ratio in each round."""
    plan = Plan(
        contenders=(PEER, BASELINE),
        workloads=(workload,),
        rounds=ROUNDS,
        seconds=SECONDS,
        warm_seconds=1,
        warm_always=False,
    )
    readings = list(measure_all(testbed, plan, drivers))
    ours, theirs = (
        rates([reading for reading in readings if reading.contender == name])
        for name in (BASELINE, PEER)
    )
    return ratios(ours, theirs)
