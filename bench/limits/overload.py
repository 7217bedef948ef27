"""Overload: throughput and waiting times with more connections than the API can serve.

There are two kinds of clients: patient clients wait as `Retry-After` says, hasty clients retry
at once. Hasty clients are the worst case.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Literal

import httpx2

from api.database.fair_queue import WAITING
from api.settings import Settings
from bench.data import task_id, user_id
from bench.figures import percentile
from bench.findings import Finding, Outcome
from bench.http import Http
from bench.limits.sites import Site
from bench.testbed import Testbed
from bench.wrk import Load, LoadOptions

WORKLOADS = ("list", "read")
CALM, BUSY, FLOODED, DELUGE = LEVELS = (16, 200, 700, 1500)  # connections
PROBES = 8
ROUNDS, SECONDS = 2, 3  # seconds, longer than Retry-After
SHARE = 0.9  # the least share of the best throughput
WITHIN = 2.0  # p99 may be this many times the time in which a full queue is served
FAST = 250.0  # milliseconds for a refusal, with its delay of 100 (api/database/fair_queue.py)
QUEUE: int = Settings.model_fields["pool_size"].default * (1 + WAITING)

type Kind = Literal["patient", "hasty"]
MODES: Mapping[Kind, Literal["patient", "measure"]] = {"patient": "patient", "hasty": "measure"}


@dataclass(frozen=True, slots=True)
class Probe:
    """How many ms a few additional clients waited for successful responses, and for refusals."""

    served: list[float]
    refused: list[float]


def overload(site: Site) -> list[Finding]:
    """Measure each workload with each kind of client, over 16, 200, 700 and 1,500 connections."""
    _, testbed, driver = site
    announce = testbed.run.announce
    found: list[Finding] = []
    driver.resume()
    try:
        for workload in WORKLOADS:
            driver.warm(workload, 1)
            for kind, mode in MODES.items():
                loads: dict[int, list[Load]] = {level: [] for level in LEVELS}
                for _ in range(ROUNDS):
                    for level in LEVELS:
                        announce(f"overload: {workload} over {level}, {kind} clients")
                        loads[level].append(
                            driver.drive(workload, SECONDS, LoadOptions(level, mode))
                        )
                found += judge(workload, kind, loads)
            announce(f"overload: refusals of {workload}")
            found.append(refusals(workload, *_probe(testbed, driver, workload)))
        testbed.wait_until_idle()
    finally:
        driver.pause()
    return found


def _probe(testbed: Testbed, driver: Http, workload: str) -> tuple[Probe, Load]:
    """Let hasty clients overload the API, check each response, and measure a few more clients."""
    probe = Probe([], [])
    with ThreadPoolExecutor(PROBES + 1) as threads:
        flood = threads.submit(driver.drive, workload, SECONDS, LoadOptions(FLOODED, "refusals"))
        time.sleep(0.5)
        until = time.monotonic() + SECONDS - 1
        for sent in [
            threads.submit(
                _send, driver.client(testbed.issuer.token(user_id(number))), path, until, probe
            )
            for number in testbed.users[:PROBES]
            for path in [f"/api/tasks/{task_id(number, 1)}" if workload == "read" else "/api/tasks"]
        ]:
            sent.result()
        return probe, flood.result()


def _send(client: httpx2.Client, path: str, until: float, probe: Probe) -> None:
    """Send one request after another, and record how long each took."""
    with client:
        while (began := time.monotonic()) < until:
            refused = client.get(path).status_code == httpx2.codes.SERVICE_UNAVAILABLE
            (probe.refused if refused else probe.served).append((time.monotonic() - began) * 1000)


def judge(workload: str, kind: Kind, loads: Mapping[int, Sequence[Load]]) -> list[Finding]:
    """Compare successful responses per second with the best level, and p99 with a full queue."""
    rate = {level: median(load.rate for load in each) for level, each in loads.items()}
    p99 = {level: median(load.p99 for load in each) for level, each in loads.items()}
    best = max(rate.values())
    bound = WITHIN * 1000 * QUEUE / best
    return [
        Finding(
            f"overload: {workload}/s, {kind} clients",
            f"{rate[BUSY] / best:.0%} of the best: {_by_level(rate, '/s')}",
            f"≥ {SHARE:.0%} at {BUSY}",
            Outcome.of(rate[BUSY] >= SHARE * best),
            {"rates": rate},
        ),
        Finding(
            f"overload: p99 of {workload}, {kind} clients",
            _by_level(p99, " ms"),
            f"≤ {bound:.0f} ms, {WITHIN:g} full queues",
            # With more connections most responses are refusals, which are spread over the seconds.
            Outcome.of(max(p99[level] for level in p99 if level <= FLOODED) <= bound),
            {"p99": p99, "bound": bound},
        ),
        Finding(
            f"overload: lost by {kind} clients of {workload}",
            f"{sum(load.broken for each in loads.values() for load in each)} hung or broke,"
            f" {sum(load.wrong for each in loads.values() for load in each)} refused otherwise",
            "0",
            Outcome.of(
                not any(load.broken or load.wrong for each in loads.values() for load in each)
            ),
        ),
    ]


def _by_level(values: Mapping[int, float], unit: str) -> str:
    return ", ".join(f"{value:,.0f}{unit} at {level}" for level, value in values.items())


def refusals(workload: str, probe: Probe, flood: Load) -> Finding:
    """A refusal is a 503 with Retry-After, and arrives within the limit."""
    refused = median(probe.refused) if probe.refused else 0.0
    detail = (
        f"{flood.refused / max(1, flood.requests):.0%} refused, {flood.wrong} of them otherwise"
    )
    if probe.refused:
        detail += f"; in {refused:.0f} ms (p99 {percentile(probe.refused, 99):.0f})"
    if probe.served:
        detail += (
            f"; served in {median(probe.served):.0f} ms (p99 {percentile(probe.served, 99):.0f})"
        )
    fast = bool(probe.refused) and refused <= FAST
    return Finding(
        f"overload: refusals of {workload} over {FLOODED}",
        detail,
        f"503, Retry-After, ≤ {FAST:g} ms",
        Outcome.of(fast and not flood.wrong and not flood.broken),
        {"refused": probe.refused, "served": probe.served, "example": flood.example},
    )
