"""What the trail adds to the time that a user waits for a new task."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from api.settings import Settings
from tests.support.api import RunningApi, running_api
from tests.support.issuer import Issuer
from tests.support.server import Server, text

SHARE = 0.35
MEASUREMENTS, PAIRS = 5, 150
BODY = json.dumps({"title": "Water the plants", "description": "Once a week."})
# The guard would refuse a catalogue that the files did not leave behind.
ACCEPT = """;
set local search_path = pg_catalog;
update rowlock.installed_policies as i set fingerprint = l.fingerprint
from rowlock.live_policies as l where i.file = l.file
"""
SLOW = """
create function public.slow() returns trigger language plpgsql
as 'begin perform pg_sleep(0.005); return null; end';
create trigger slow after insert on app.tasks for each row execute function public.slow()
"""
PLAIN = "drop trigger tasks_record on app.tasks"


class Creator:
    """A user who creates tasks over one connection."""

    def __init__(self, api: RunningApi) -> None:
        address = urlsplit(api.url)
        assert address.hostname
        self.connection = HTTPConnection(address.hostname, address.port)
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
            assert response.status == 201
        return time.perf_counter() - started


@pytest.fixture
def creators(
    server: Server, api_settings: Settings, issuer: Issuer
) -> Iterator[Callable[[str], tuple[Creator, Creator]]]:
    """Users of two databases: of one with the trail and a change, and of one without the trail."""
    with ExitStack() as stack:

        def opened(change: str) -> tuple[Creator, Creator]:
            made = []
            for statement in (change, PLAIN):
                name = stack.enter_context(server.database())
                server.execute(statement + ACCEPT, database=name)
                url = SecretStr(text(server.api_url(name)))
                settings = api_settings.model_copy(update={"database_url": url})
                api = stack.enter_context(running_api(settings, issuer))
                made.append(Creator(api))
                stack.callback(made[-1].connection.close)
            return made[0], made[1]

        yield opened


def added(creators: tuple[Creator, Creator]) -> tuple[float, str]:
    """By how many seconds the share is exceeded, and the medians in words."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(PAIRS):
        for creator, found in zip(creators, times, strict=True):
            found.append(creator.time())
    recorded, plain = map(median, times)
    words = (
        f"{recorded * 1e6:.0f} µs with the trail, {plain * 1e6:.0f} µs without it "
        f"(+{(recorded / plain - 1) * 100:.0f} %)"
    )
    return recorded - plain * (1 + SHARE), words


def test_trail_adds_a_third_of_a_create_at_most(
    creators: Callable[[str], tuple[Creator, Creator]],
) -> None:
    """A create takes 35 % longer at most, in one of five measurements on a machine that is busy."""
    pair = creators("select")
    measured: list[str] = []
    while len(measured) < MEASUREMENTS:
        excess, words = added(pair)
        measured.append(words)
        if excess <= 0:
            break

    print(*measured, sep="\n")  # noqa: T201 - pytest -s shows it
    assert excess <= 0, measured


def test_slower_trigger_shows(creators: Callable[[str], tuple[Creator, Creator]]) -> None:
    """A trigger that takes five milliseconds more exceeds the limit each time."""
    pair = creators(SLOW)

    for _ in range(MEASUREMENTS):
        excess, words = added(pair)
        assert excess > 0.002, words
