"""Pages of long rows: each has about one megabyte, and a link to the next one."""

import json
from collections.abc import Iterator

import httpx2
import pytest

from api.database.byte_limit import MAX_BYTES
from tests.support.api import Client, RunningApi
from tests.support.paging import following

TASKS = 200
LONG = "\x01" * 10_800  # each character is six bytes in JSON
MOST = 1.1 * MAX_BYTES


def walk(client: Client, path: str, **query: str | int) -> Iterator[httpx2.Response]:
    """Every page of a list: follows the Link of each page."""
    response = client.get(path, params=query)
    while True:
        assert response.status_code == 200
        yield response
        address = following(response)
        if address is None:
            return
        response = client.get(address)


@pytest.fixture(scope="module")
def writer(api: RunningApi) -> Iterator[Client]:
    """A user whose tasks are as long as a body may be."""
    with api.user() as client:
        for number in range(TASKS):
            client.create_task(title=f"{number % 50:03}", description=LONG)
        yield client


@pytest.mark.parametrize("sort", ["created", "title"])
@pytest.mark.parametrize("limit", [200, 50])
def test_pages_of_long_tasks_are_bounded(writer: Client, sort: str, limit: int) -> None:
    """200 tasks of 13 MB in all are returned once each, in order, in pages of about 1 MB."""
    found, sizes = [], []
    for page in walk(writer, "/api/tasks", sort=sort, limit=limit):
        sizes.append(len(page.content))
        found += page.json()

    field = {"created": "created_at", "title": "title"}[sort]
    keys = [(task[field], task["id"]) for task in found]
    assert (len(keys), len(set(keys))) == (TASKS, TASKS)
    assert keys == sorted(keys, reverse=sort == "created")
    assert {task["description"] for task in found} == {LONG}
    assert max(sizes) <= MOST
    assert min(sizes[:-1]) >= MAX_BYTES / 2  # one more row would be too much


def test_pages_of_long_events_are_bounded(writer: Client) -> None:
    """The events of these tasks are paged in the same way."""
    positions, sizes = [], []
    for page in walk(writer, "/api/events", limit=200):
        sizes.append(len(page.content))
        positions += [event["position"] for event in page.json()["events"]]

    assert positions == list(range(1, TASKS + 1))
    assert max(sizes) <= MOST
    assert min(sizes[:-1]) >= MAX_BYTES / 2


def test_pages_of_a_long_history_are_bounded(alice: Client) -> None:
    """The history of a task has such pages too; its events contain the old and the new text."""
    task = alice.create_task(description=LONG)
    alice.create_task()
    for sign in "\x02\x03" * 10:
        body = {"title": "a", "description": sign * len(LONG)}
        assert alice.put(f"/api/tasks/{task['id']}", json=body).status_code == 200
    events, sizes = [], []
    for page in walk(alice, f"/api/tasks/{task['id']}/history"):
        sizes.append(len(page.content))
        events += page.json()["events"]

    assert [event["position"] for event in events] == [1, *range(3, 23)]
    assert events[-1]["changes"]["description"] == {"old": "\x02" * 10_800, "new": "\x03" * 10_800}
    assert max(sizes) <= MOST
    assert min(sizes[:-1]) >= MAX_BYTES / 2


@pytest.mark.parametrize("length", [20, 2_000, 20_000])
def test_page_that_fits_is_whole(alice: Client, length: int) -> None:
    """A page has `limit` rows, short or long, if they fit into it."""
    made = [alice.create_task(title=f"{n}", description="a" * length * (n % 2)) for n in range(42)]

    page = alice.get("/api/tasks", params={"limit": 40})
    assert page.json() == made[:1:-1]
    assert following(page) is not None
    rest = alice.get(following(page) or "")
    assert (rest.json(), following(rest)) == (made[1::-1], None)
    assert json.loads(alice.get("/api/events", params={"limit": 40}).content)["cursor"] == 40
    assert following(alice.get("/api/events", params={"limit": 42})) is None
