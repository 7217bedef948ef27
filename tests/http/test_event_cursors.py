"""A cursor after which events may be missing is 410, and never an empty page."""

from collections.abc import Iterator

import httpx2
import pytest
from pydantic import SecretStr

from tests.support.api import Client, Serve
from tests.support.problems import refusal
from tests.support.server import Server, text

AGAIN = "read again without a cursor."
BEYOND = (410, "/problems/gone", f"The cursor is beyond the last event that is kept: {AGAIN}")
DROPPED = (410, "/problems/gone", f"Events that follow this cursor are no longer kept: {AGAIN}")
UNKNOWN = (
    410,
    "/problems/gone",
    f"The event of this cursor is not in the task's history, or no longer kept: {AGAIN}",
)
# Deletes the first events, as retention does when it drops old months.
DROP = "set session_replication_role = replica; delete from app.events where position <= {}"


def page(client: httpx2.Client, path: str, cursor: int | None) -> tuple[int, list[int], int]:
    """The status of a page, the positions of its events, and its cursor."""
    response = client.get(path, params={} if cursor is None else {"cursor": cursor})
    body = response.json()
    positions = [event["position"] for event in body["events"]]
    return response.status_code, positions, body["cursor"]


@pytest.fixture
def client(serve: Serve, server: Server, own_database: str) -> Iterator[httpx2.Client]:
    """A user of an API whose database no other test uses."""
    with serve(database_url=SecretStr(text(server.api_url(own_database)))) as opened:
        yield opened


def create(client: httpx2.Client, tasks: int) -> list[str]:
    """Create tasks. Each creation is an event. Returns the ids of the tasks."""
    return [client.post("/api/tasks", json={"title": "a"}).json()["id"] for _ in range(tasks)]


@pytest.mark.parametrize("beyond", [1, 1000, 2**63 - 3])
def test_cursor_beyond_the_end_is_gone(alice: Client, beyond: int) -> None:
    """A cursor after the last position is 410; at the last position, the page is empty.

    Clients have such cursors after an older backup was restored.
    """
    create(alice, 2)

    response = alice.get("/api/events", params={"cursor": 2 + beyond})
    assert refusal(response) == BEYOND
    assert page(alice, "/api/events", 2) == (200, [], 2)


def test_user_without_events_has_a_cursor(alice: Client) -> None:
    """Without events the cursor is 0; a later request with it returns the first event."""
    assert page(alice, "/api/events", None) == (200, [], 0)
    assert page(alice, "/api/events", 0) == (200, [], 0)
    assert refusal(alice.get("/api/events", params={"cursor": 1})) == BEYOND
    create(alice, 1)
    assert page(alice, "/api/events", 0) == (200, [1], 1)


def test_cursor_before_a_dropped_event_is_gone(
    client: httpx2.Client, server: Server, own_database: str
) -> None:
    """A cursor before a dropped event is 410; later cursors work."""
    create(client, 5)
    server.execute(DROP.format(3), database=own_database)

    for cursor in (0, 1, 2):
        assert refusal(client.get("/api/events", params={"cursor": cursor})) == DROPPED
    assert page(client, "/api/events", 3) == (200, [4, 5], 5)
    assert page(client, "/api/events", 4) == (200, [5], 5)
    assert page(client, "/api/events", None) == (200, [4, 5], 5)


def test_cursor_is_gone_if_all_events_were_dropped(
    client: httpx2.Client, server: Server, own_database: str
) -> None:
    """After all events were dropped, a reader starts without a cursor and misses no new event."""
    create(client, 3)
    server.execute(DROP.format(3), database=own_database)

    assert refusal(client.get("/api/events", params={"cursor": 3})) == BEYOND
    assert page(client, "/api/events", None) == (200, [], 0)
    create(client, 1)
    assert refusal(client.get("/api/events", params={"cursor": 0})) == DROPPED
    assert page(client, "/api/events", None) == (200, [4], 4)


def test_cursor_of_a_history_that_is_dropped_is_gone(
    client: httpx2.Client, server: Server, own_database: str
) -> None:
    """A cursor of a history is 410 unless its event belongs to the task and is still stored."""
    task, _ = create(client, 2)
    for _ in range(2):
        client.patch(f"/api/tasks/{task}/complete")
    path = f"/api/tasks/{task}/history"
    assert page(client, path, 1) == (200, [3, 4], 4)
    assert page(client, path, 4) == (200, [], 4)
    for cursor in (2, 5, 2**63 - 1):
        assert refusal(client.get(path, params={"cursor": cursor})) == UNKNOWN

    server.execute(DROP.format(3), database=own_database)

    assert refusal(client.get(path, params={"cursor": 1})) == UNKNOWN
    assert page(client, path, 4) == (200, [], 4)
    assert page(client, path, None) == (200, [4], 4)
