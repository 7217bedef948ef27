"""Growth: what a request costs when others' rows multiply, and deep in a long list.

One connection, so that p50 is the time of a request and not of a queue.
"""

from collections.abc import Callable, Sequence
from math import inf
from statistics import median

from api.tables.tasks.cursor import Cursor
from bench.data import REACH, user_id
from bench.field import Field, write_users
from bench.http import Http
from bench.limits.rows import Row, at_most
from bench.rounds import Plan, Step, measure
from bench.wrk import Manner

WORKLOADS = ("list", "read", "create")
BAR = 1.2
PLAN = Plan(
    contenders=("rowlock",),
    workloads=WORKLOADS,
    rounds=3,
    seconds=1,
    warm_seconds=1,
    warm_always=True,
    deadline=inf,
)

type P50 = dict[int, list[float]]  # by rows, a value a round


def growth(sites: Sequence[tuple[int, Field, Http]], say: Callable[[str], None]) -> list[Row]:
    """Each workload at each size, in turn."""
    found: dict[str, P50] = {name: {size: [] for size, _, _ in sites} for name in WORKLOADS}
    for number in range(PLAN.rounds):
        for workload in WORKLOADS:
            for size, field, driver in sites if number % 2 else sites[::-1]:
                say(f"growth: {workload} at {size:,} rows")
                driver.manner = Manner(connections=1)
                step = Step(number, workload, "rowlock")
                reading = measure(field, PLAN, {"rowlock": driver}, step)
                driver.manner = Manner()
                found[workload][size].append(reading.load.p50)
    return [judge(workload, p50) for workload, p50 in found.items()]


def judge(workload: str, p50: P50) -> Row:
    """The largest size against the smallest; medians of the ratios within a round."""
    small, large = min(p50), max(p50)
    ratio = median(b / a for a, b in zip(p50[small], p50[large], strict=True))
    told = ", ".join(f"{median(values):.2f} ms at {size:,}" for size, values in p50.items())
    return at_most(f"growth: p50 of {workload}", ratio, BAR, told, p50=p50)


def deep_pages(field: Field, driver: Http, largest: int, say: Callable[[str], None]) -> Row:
    """The last full page of the largest user's list against the first one."""
    say("deep pages")
    ((depth, created_at, task),) = field.postgres.query(
        "select n, created_at, id from (select created_at, id, count(*) over () as total,"
        " row_number() over (order by created_at desc, id desc) as n"
        " from app.tasks where user_id = %s) as ranked where n = total - %s",
        (user_id(largest), REACH),
    )
    folder = field.folder / "largest"
    folder.mkdir()
    users, driver.users = driver.users, write_users(folder, field.issuer, [largest])
    cursor = str(Cursor("created", created_at.isoformat(), task))
    p50: dict[str, list[float]] = {"list": [], "page": []}
    driver.wake()
    try:
        for _ in range(PLAN.rounds):
            for workload, values in p50.items():
                driver.manner = Manner(connections=1, cursor=cursor)
                driver.warm(workload, PLAN.warm_seconds)
                values.append(driver.measure(workload, PLAN.seconds).p50)
        field.settle()
    finally:
        driver.rest()
        driver.users, driver.manner = users, Manner()
    first, deep = p50["list"], p50["page"]
    ratio = median(b / a for a, b in zip(first, deep, strict=True))
    told = f"{median(first):.2f} ms first, {median(deep):.2f} ms behind {depth:,} tasks"
    return at_most("deep pages: p50 of list", ratio, BAR, told, first=first, deep=deep)
