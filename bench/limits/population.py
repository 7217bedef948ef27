"""Population: the time of one user's requests with few and with many other users.

One client sends one request after the other, so p50 is the time of a request.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median

import httpx2

from bench.data import user_id
from bench.findings import Finding
from bench.http import Http, WrongAnswerError
from bench.limits.growth import P50, judge
from bench.limits.sites import Site
from bench.testbed import Testbed

WORKLOADS = ("create", "toggle", "list", "history", "events", "delete")
ROUNDS = 5
REQUESTS = 200  # requests of each workload in a round


def population(sites: Sequence[Site]) -> list[Finding]:
    """Measure each workload with each number of users, after a round that is not measured."""
    found: dict[str, P50] = {name: {size: [] for size, _, _ in sites} for name in WORKLOADS}
    for number in range(-1, ROUNDS):
        for size, testbed, driver in sites if number % 2 else sites[::-1]:
            testbed.run.announce(f"users: round {number + 1} of {ROUNDS} at {size:,}")
            for name, value in _round(testbed, driver).items():
                if number >= 0:
                    found[name][size].append(value)
    return [judge(f"{name} as users multiply", p50) for name, p50 in found.items()]


def _round(testbed: Testbed, driver: Http) -> dict[str, float]:
    """The p50 of each workload, in ms. Each task that is created is deleted at the end."""
    token = testbed.issuer.token(user_id(testbed.users[0]))
    driver.resume()
    try:
        with driver.client(token) as client:
            tasks: list[str] = []

            def create(_: int) -> httpx2.Response:
                response = client.post("/api/tasks", json={"title": "water the plants"})
                tasks.append(response.json()["id"])
                return response

            ask: dict[str, Callable[[int], httpx2.Response]] = {
                "create": create,
                "toggle": lambda n: client.patch(f"/api/tasks/{tasks[n]}/complete"),
                "list": lambda _: client.get("/api/tasks"),
                "history": lambda n: client.get(f"/api/tasks/{tasks[n]}/history"),
                "events": lambda _: client.get("/api/events"),
                "delete": lambda n: client.delete(f"/api/tasks/{tasks[n]}"),
            }
            return {name: _p50(ask[name]) for name in WORKLOADS}
    finally:
        driver.pause()


def _p50(ask: Callable[[int], httpx2.Response]) -> float:
    """The median of the requests, in ms.

    Raises:
        WrongAnswerError: a request did not succeed.
    """
    took = []
    for number in range(REQUESTS):
        began = time.perf_counter()
        response = ask(number)
        took.append(time.perf_counter() - began)
        if not response.is_success:
            raise WrongAnswerError(
                f"A request was answered {response.status_code}: {response.text}"
            )
    return median(took) * 1000
