"""How long a request takes if a round trip to Postgres takes ten milliseconds more."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import httpx2

from bench.guard.measure import Limit, Measure
from bench.guard.rig import Rig
from tests.support.api import Client, RunningApi, running_api
from tests.support.wire import counting_proxy

DISTANCE = 10  # milliseconds added to each round trip
LIMIT = Limit(DISTANCE + 5, "ms")
ROUNDS, TIMES = 5, 6
NAME = "round_trips: slowest endpoint, Postgres 10 ms away"
REQUESTS = {
    "read": ("GET", "/api/tasks/{id}", None, 200),
    "list": ("GET", "/api/tasks", None, 200),
    "replace": ("PUT", "/api/tasks/{id}", {"title": "two"}, 200),
    "toggle": ("PATCH", "/api/tasks/{id}/complete", None, 200),
    "delete": ("DELETE", "/api/tasks/{id}", None, 204),
}


@contextmanager
def measures(rig: Rig) -> Iterator[list[Measure]]:
    """One database behind two proxies; the second one makes a round trip take twice as long."""
    with rig.server.database() as database, ExitStack() as stack:
        near, far = (
            stack.enter_context(_distant_api(rig, database, distance))
            for distance in (DISTANCE, 2 * DISTANCE)
        )
        yield [
            Measure(NAME, LIMIT, partial(slowest, api), control=api is far) for api in (near, far)
        ]


@contextmanager
def _distant_api(rig: Rig, database: str, distance: int) -> Iterator[RunningApi]:
    url = rig.server.direct_api_url(database)
    # The path of a socket is limited to about a hundred bytes.
    with (
        tempfile.TemporaryDirectory(prefix="wire-") as folder,
        counting_proxy(url, Path(folder), distance / 1000) as wire,
        running_api(rig.settings(wire.url, pool_size=1), rig.issuer) as api,
    ):
        yield api


def slowest(api: RunningApi) -> Sequence[float]:
    """The greatest of the endpoints' medians in each round, in milliseconds."""
    with api.user("grace") as grace:
        grace.tasks()  # opens the connection
        found = [_medians(grace) for _ in range(ROUNDS)]
    quickest = min(min(medians.values()) for medians in found)
    if quickest < DISTANCE:
        raise RuntimeError(f"An endpoint took {quickest:.1f} ms: Postgres was not far away.")
    return [max(medians.values()) for medians in found]


def _medians(client: Client) -> dict[str, float]:
    """The median time of each endpoint, in milliseconds."""
    created = [_timed(client, "POST", "/api/tasks", {"title": "one"}, 201) for _ in range(TIMES)]
    ids = [response.json()["id"] for _, response in created]
    return {"create": median(taken for taken, _ in created)} | {
        name: median(_timed(client, method, path.format(id=id_), body, status)[0] for id_ in ids)
        for name, (method, path, body, status) in REQUESTS.items()
    }


def _timed(
    client: Client, method: str, path: str, body: object, status: int
) -> tuple[float, httpx2.Response]:
    """How many milliseconds a request took, and its response."""
    response = client.request(method, path, json=body)
    if response.status_code != status:
        raise RuntimeError(f"{method} {path} was answered {response.status_code}.")
    # This leaves out the time in which the client checks the response against the OpenAPI document.
    return response.elapsed.total_seconds() * 1000, response
