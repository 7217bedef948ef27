"""Growth: the time of a request when other users have more rows, and at the end of a long list.

There is one connection, so no request waits in the queue.
"""

import json
from collections.abc import Sequence
from statistics import median

from api.tables.tasks.routes import pages
from bench.data import REACH, user_id
from bench.findings import Finding, at_most
from bench.limits.sites import Site
from bench.rounds import Plan, Step, measure
from bench.testbed import write_users
from bench.wrk import LoadOptions

WORKLOADS = ("list", "read", "create")
LIMIT = 1.2
PLAN = Plan(
    contenders=("rowlock",),
    workloads=WORKLOADS,
    rounds=3,
    seconds=1,
    warm_seconds=1,
    warm_always=True,
)

type P50 = dict[int, list[float]]  # by number of rows; a value for each round


def growth(sites: Sequence[Site]) -> list[Finding]:
    """Measure each workload at each size, alternately."""
    found: dict[str, P50] = {name: {size: [] for size, _, _ in sites} for name in WORKLOADS}
    for number in range(PLAN.rounds):
        for workload in WORKLOADS:
            for size, testbed, driver in sites if number % 2 else sites[::-1]:
                testbed.run.announce(f"growth: {workload} at {size:,} rows")
                driver.load_options = LoadOptions(connections=1)
                step = Step(number, workload, "rowlock")
                reading = measure(testbed, PLAN, {"rowlock": driver}, step)
                driver.load_options = LoadOptions()
                found[workload][size].append(reading.load.p50)
    return [judge(workload, p50) for workload, p50 in found.items()]


def judge(workload: str, p50: P50) -> Finding:
    """The largest size divided by the smallest: the median of the ratios of each round."""
    small, large = min(p50), max(p50)
    ratio = median(b / a for a, b in zip(p50[small], p50[large], strict=True))
    detail = ", ".join(f"{median(values):.2f} ms at {size:,}" for size, values in p50.items())
    return at_most(f"growth: p50 of {workload}", ratio, LIMIT, detail, p50=p50)


def deep_pages(site: Site, largest: int) -> list[Finding]:
    """The last full page of the largest user's list, compared with the first one."""
    _, testbed, driver = site
    testbed.run.announce("deep pages")
    ((depth, created_at, task),) = testbed.postgres.query(
        "select n, created_at, id from (select created_at, id, count(*) over () as total,"
        " row_number() over (order by created_at desc, id desc) as n"
        " from app.tasks where user_id = %s) as ranked where n = total - %s",
        (user_id(largest), REACH),
    )
    folder = testbed.folder / "largest"
    folder.mkdir()
    users, driver.users = driver.users, write_users(folder, testbed.issuer, [largest])
    last = json.dumps({"created_at": created_at.isoformat(), "id": str(task)})
    cursor = pages.cursor(last, "created", "all")
    p50: dict[str, list[float]] = {"list": [], "page": []}
    driver.resume()
    try:
        for _ in range(PLAN.rounds):
            for workload, values in p50.items():
                driver.load_options = LoadOptions(connections=1, cursor=cursor)
                driver.warm(workload, PLAN.warm_seconds)
                values.append(driver.measure(workload, PLAN.seconds).p50)
        testbed.wait_until_idle()
    finally:
        driver.pause()
        driver.users, driver.load_options = users, LoadOptions()
    first, deep = p50["list"], p50["page"]
    ratio = median(b / a for a, b in zip(first, deep, strict=True))
    detail = f"{median(first):.2f} ms first, {median(deep):.2f} ms behind {depth:,} tasks"
    return [at_most("deep pages: p50 of list", ratio, LIMIT, detail, first=first, deep=deep)]
