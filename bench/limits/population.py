"""Population: what one user's requests cost when there are more users.

One client sends one request after the other, so that p50 is the time of a request.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median

import httpx2

from bench.data import user_id
from bench.field import Field
from bench.http import Http, UntrueError
from bench.limits.growth import P50, judge
from bench.limits.rows import Row

WORKLOADS = ("create", "toggle", "list", "history", "events", "delete")
ROUNDS = 5
REQUESTS = 200  # of each workload, in a round


def population(sites: Sequence[tuple[int, Field, Http]], say: Callable[[str], None]) -> list[Row]:
    """Each workload with each number of users, in turn, after a round that does not count."""
    found: dict[str, P50] = {name: {size: [] for size, _, _ in sites} for name in WORKLOADS}
    for number in range(-1, ROUNDS):
        for size, field, driver in sites if number % 2 else sites[::-1]:
            say(f"users: round {number + 1} of {ROUNDS} at {size:,}")
            for name, value in _round(field, driver).items():
                if number >= 0:
                    found[name][size].append(value)
    return [judge(f"{name} as users multiply", p50) for name, p50 in found.items()]


def _round(field: Field, driver: Http) -> dict[str, float]:
    """The p50 of each workload, in ms. Each task that is created is deleted at the end."""
    token = field.issuer.token(user_id(field.users[0]))
    driver.wake()
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
        driver.rest()


def _p50(ask: Callable[[int], httpx2.Response]) -> float:
    """The median of the requests, in ms.

    Raises:
        UntrueError: one did not succeed.
    """
    took = []
    for number in range(REQUESTS):
        began = time.perf_counter()
        response = ask(number)
        took.append(time.perf_counter() - began)
        if not response.is_success:
            raise UntrueError(f"A request was answered {response.status_code}: {response.text}")
    return median(took) * 1000
