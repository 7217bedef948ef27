"""Overload: what more connections than can be served do to throughput, and to those who wait.

The clients are of two kinds: patient ones come again after as long as `Retry-After` says, hasty
ones at once, which is the worst that they can do.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Literal

import httpx2

from api.database.fair_queue import WAITING
from api.settings import Settings
from bench.data import task_id, user_id
from bench.field import Field
from bench.figures import percentile
from bench.http import Http
from bench.limits.rows import Row
from bench.wrk import Load, Manner

WORKLOADS = ("list", "read")
CALM, BUSY, FLOODED, DELUGE = LEVELS = (16, 200, 700, 1500)  # connections
PROBES = 8
ROUNDS, SECONDS = 2, 3  # longer than Retry-After
SHARE = 0.9  # of the best throughput, that must remain
WITHIN = 2.0  # times what a full queue takes at the rate it is served, for p99
FAST = 250.0  # milliseconds, for a refusal; it pauses for 100 (api/database/fair_queue.py)
QUEUE: int = Settings.model_fields["pool_size"].default * (1 + WAITING)

type Kind = Literal["patient", "hasty"]
MODES: Mapping[Kind, Literal["patient", "measure"]] = {"patient": "patient", "hasty": "measure"}


@dataclass(frozen=True, slots=True)
class Probe:
    """What a few more clients saw amid the flood: milliseconds of what was served, and refused."""

    served: list[float]
    refused: list[float]


def overload(field: Field, driver: Http, say: Callable[[str], None]) -> list[Row]:
    """Each workload from each kind of client, over 16, 200, 700 and 1,500 connections in turn."""
    rows: list[Row] = []
    driver.wake()
    try:
        for workload in WORKLOADS:
            driver.warm(workload, 1)
            for kind, mode in MODES.items():
                loads: dict[int, list[Load]] = {level: [] for level in LEVELS}
                for _ in range(ROUNDS):
                    for level in LEVELS:
                        say(f"overload: {workload} over {level}, {kind} clients")
                        loads[level].append(driver.drive(workload, SECONDS, Manner(level, mode)))
                rows += judge(workload, kind, loads)
            say(f"overload: refusals of {workload}")
            rows.append(refusals(workload, *_probe(field, driver, workload)))
        field.settle()
    finally:
        driver.rest()
    return rows


def _probe(field: Field, driver: Http, workload: str) -> tuple[Probe, Load]:
    """Let hasty clients flood it, every answer looked at, and ask as a few more meanwhile."""
    probe = Probe([], [])
    with ThreadPoolExecutor(PROBES + 1) as threads:
        flood = threads.submit(driver.drive, workload, SECONDS, Manner(FLOODED, "refusals"))
        time.sleep(0.5)
        until = time.monotonic() + SECONDS - 1
        for asked in [
            threads.submit(
                _ask, driver.client(field.issuer.token(user_id(number))), path, until, probe
            )
            for number in field.users[:PROBES]
            for path in [f"/api/tasks/{task_id(number, 1)}" if workload == "read" else "/api/tasks"]
        ]:
            asked.result()
        return probe, flood.result()


def _ask(client: httpx2.Client, path: str, until: float, probe: Probe) -> None:
    """Ask one thing after another, and note how long each took."""
    with client:
        while (began := time.monotonic()) < until:
            refused = client.get(path).status_code == httpx2.codes.SERVICE_UNAVAILABLE
            (probe.refused if refused else probe.served).append((time.monotonic() - began) * 1000)


def judge(workload: str, kind: Kind, loads: Mapping[int, Sequence[Load]]) -> list[Row]:
    """Good answers a second against the best, and p99 of all against what a full queue takes."""
    rate = {level: median(load.rate for load in each) for level, each in loads.items()}
    p99 = {level: median(load.p99 for load in each) for level, each in loads.items()}
    best = max(rate.values())
    bound = WITHIN * 1000 * QUEUE / best
    return [
        Row(
            f"overload: {workload}/s, {kind} clients",
            f"{rate[BUSY] / best:.0%} of the best: {_by_level(rate, '/s')}",
            f"≥ {SHARE:.0%} at {BUSY}",
            rate[BUSY] >= SHARE * best,
            {"rates": rate},
        ),
        Row(
            f"overload: p99 of {workload}, {kind} clients",
            _by_level(p99, " ms"),
            f"≤ {bound:.0f} ms, {WITHIN:g} full queues",
            # Beyond, most answers are refusals, which are spread over the seconds.
            max(p99[level] for level in p99 if level <= FLOODED) <= bound,
            {"p99": p99, "bound": bound},
        ),
        Row(
            f"overload: lost by {kind} clients of {workload}",
            f"{sum(load.broken for each in loads.values() for load in each)} hung or broke,"
            f" {sum(load.wrong for each in loads.values() for load in each)} refused otherwise",
            "0",
            not any(load.broken or load.wrong for each in loads.values() for load in each),
        ),
    ]


def _by_level(values: Mapping[int, float], unit: str) -> str:
    return ", ".join(f"{value:,.0f}{unit} at {level}" for level, value in values.items())


def refusals(workload: str, probe: Probe, flood: Load) -> Row:
    """A refusal is a 503 with Retry-After, and comes soon."""
    refused = median(probe.refused) if probe.refused else 0.0
    told = f"{flood.refused / max(1, flood.requests):.0%} refused, {flood.wrong} of them otherwise"
    if probe.refused:
        told += f"; in {refused:.0f} ms (p99 {percentile(probe.refused, 99):.0f})"
    if probe.served:
        told += (
            f"; served in {median(probe.served):.0f} ms (p99 {percentile(probe.served, 99):.0f})"
        )
    fast = bool(probe.refused) and refused <= FAST
    return Row(
        f"overload: refusals of {workload} over {FLOODED}",
        told,
        f"503, Retry-After, ≤ {FAST:g} ms",
        fast and not flood.wrong and not flood.broken,
        {"refused": probe.refused, "served": probe.served, "example": flood.example},
    )
