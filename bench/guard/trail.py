"""How much longer a user waits for a new task because the trail records it."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from bench.guard.measure import Limit, Measure
from bench.guard.rig import Rig
from tests.support.api import RunningApi, running_api

ROUNDS, PAIRS = 5, 30
LIMIT = Limit(1.35, "×")  # noqa: RUF001 - the multiplication sign
NAME = "trail: create with it, divided by without"
BODY = json.dumps({"title": "Water the plants", "description": "Once a week."})
# The start-up checks would refuse a database that differs from the installed files.
ACCEPT = """;
set local search_path = pg_catalog;
update rowlock.installed_policies as i set fingerprint = l.fingerprint
from rowlock.live_policies as l where i.file = l.file
"""
PLAIN = "drop trigger tasks_record on app.tasks"
SLOW = """
create function public.slow() returns trigger language plpgsql
as 'begin perform pg_sleep(0.005); return null; end';
create trigger slow after insert on app.tasks for each row execute function public.slow()
"""


class Creator:
    """A user who creates tasks over one connection."""

    def __init__(self, api: RunningApi) -> None:
        address = urlsplit(api.url)
        self.connection = HTTPConnection(address.hostname or "", address.port)
        self._headers = {
            "Authorization": f"Bearer {api.issuer.token(uuid.uuid4().hex)}",
            "Content-Type": "application/json",
        }

    def time(self) -> float:
        """How many seconds a create takes, from the request to the end of the response."""
        started = time.perf_counter()
        self.connection.request("POST", "/api/tasks", BODY, self._headers)
        with self.connection.getresponse() as response:
            response.read()
            if response.status != 201:  # noqa: PLR2004 - Created
                raise RuntimeError(f"A create was answered {response.status}.")
        return time.perf_counter() - started


@contextmanager
def measures(rig: Rig) -> Iterator[list[Measure]]:
    """Three databases: with the trail, without it, and with a trail that takes 5 ms more."""
    with ExitStack() as stack:
        recorded, plain, slow = (
            stack.enter_context(_creator(rig, change)) for change in ("select", PLAIN, SLOW)
        )
        yield [
            Measure(NAME, LIMIT, partial(ratios, creator, plain), control=creator is slow)
            for creator in (recorded, slow)
        ]


@contextmanager
def _creator(rig: Rig, change: str) -> Iterator[Creator]:
    with rig.server.database() as name:
        rig.server.execute(change + ACCEPT, database=name)
        settings = rig.settings(rig.server.api_url(name))
        with running_api(settings, rig.issuer) as api:
            creator = Creator(api)
            yield creator
            creator.connection.close()


def ratios(recorded: Creator, plain: Creator) -> Sequence[float]:
    """The ratio of the medians in each round. Both create tasks alternately."""
    found = []
    for _ in range(ROUNDS):
        times = [(recorded.time(), plain.time()) for _ in range(PAIRS)]
        with_trail, without = map(median, zip(*times, strict=True))
        found.append(with_trail / without)
    return found
