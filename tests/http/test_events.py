"""The API returns the events of a user's rows."""

import uuid
from typing import Any

import pytest

from tests.support.api import Client
from tests.support.problems import refusal, wrong_values

NO_NUMBER = "Input should be a valid integer"
HERE = "There is nothing here that the caller can see."


@pytest.fixture(params=["/api", "/api/{user_id}"])
def prefix(request: pytest.FixtureRequest, alice: Client) -> str:
    """The prefix of Alice's routes: first /api, then the path with her id."""
    return str(request.param).format(user_id=alice.user_id)


def events(client: Client, path: str = "/api/events", **query: Any) -> list[dict[str, Any]]:
    """The events of one page."""
    response = client.get(path, params=query)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["events"]
    return found


def told(found: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    """The position, action and row of each event."""
    return [(event["position"], event["action"], event["row_id"]) for event in found]


def test_user_can_read_what_happened(alice: Client, prefix: str) -> None:
    """Each change is an event with the changed values, the time and the request's id."""
    created = alice.post("/api/tasks", json={"title": "one"}, headers={"X-Request-ID": "first"})
    task = created.json()
    place = f"/api/tasks/{task['id']}"
    replaced = alice.put(place, json={"title": "two", "description": "more"}).json()
    alice.delete(place, headers={"X-Request-ID": "last"})

    first, second, third = events(alice, f"{prefix}/events")

    new = {name: value for name, value in task.items() if name != "id"}
    assert first | {"hash": "", "occurred_at": ""} == {
        "position": 1,
        "action": "create",
        "table": "tasks",
        "row_id": task["id"],
        "changes": new,
        "occurred_at": "",
        "request_id": "first",
        "hash": "",
    }
    assert (second["position"], second["action"], second["row_id"]) == (2, "update", task["id"])
    assert second["changes"] == {
        "title": {"old": "one", "new": "two"},
        "description": {"old": None, "new": "more"},
        "updated_at": {"old": task["updated_at"], "new": replaced["updated_at"]},
        "version": {"old": 1, "new": 2},
    }
    assert (third["action"], third["request_id"]) == ("delete", "last")
    assert third["changes"] == {name: value for name, value in replaced.items() if name != "id"}
    assert first["occurred_at"] <= second["occurred_at"] <= third["occurred_at"]
    assert len({first["hash"], second["hash"], third["hash"]}) == 3


def test_request_without_id_is_given_one(alice: Client) -> None:
    """Without X-Request-ID in the request, the event has the request id of the response."""
    response = alice.post("/api/tasks", json={"title": "one"})

    (event,) = events(alice)
    assert event["request_id"] == response.headers["x-request-id"]


def test_other_user_sees_no_event(alice: Client, bob: Client) -> None:
    """Bob's events start at position 1, and contain none of Alice's."""
    alice.create_task()
    task = bob.create_task()

    assert told(events(bob)) == [(1, "create", task["id"])]
    assert len(events(alice)) == 1


def test_pages_follow_the_cursor(alice: Client, prefix: str) -> None:
    """Pages have each event once and in order; the last page has a cursor for later events."""
    tasks = [alice.create_task()["id"] for _ in range(5)]
    seen, path = [], f"{prefix}/events?limit=2"
    cursors = []
    while path:
        response = alice.get(path)
        seen += told(response.json()["events"])
        cursors.append(response.json()["cursor"])
        path = response.links.get("next", {}).get("url", "")

    assert seen == [(n, "create", task) for n, task in enumerate(tasks, 1)]
    assert cursors == [2, 4, 5]

    later = alice.create_task()["id"]
    response = alice.get(f"{prefix}/events", params={"cursor": 5})
    assert told(response.json()["events"]) == [(6, "create", later)]
    assert (response.json()["cursor"], response.links) == (6, {})


def test_last_full_page_has_no_next_link(alice: Client) -> None:
    """The last page has no link to a next one, and the page after its cursor is empty."""
    alice.create_task()
    alice.create_task()

    response = alice.get("/api/events", params={"limit": 2})
    assert (len(response.json()["events"]), response.links) == (2, {})
    assert alice.get("/api/events", params={"cursor": 2}).json() == {"events": [], "cursor": 2}


def test_history_is_of_one_task(alice: Client, prefix: str) -> None:
    """A task's history has only that task's events, with their positions, and has pages too."""
    task, other = alice.create_task()["id"], alice.create_task()["id"]
    alice.patch(f"/api/tasks/{task}/complete")
    alice.delete(f"/api/tasks/{task}")
    path = f"{prefix}/tasks/{task}/history"

    assert told(events(alice, path)) == [
        (1, "create", task),
        (3, "update", task),
        (4, "delete", task),
    ]
    assert told(events(alice, f"{prefix}/tasks/{other}/history")) == [(2, "create", other)]
    response = alice.get(path, params={"limit": 2})
    assert (response.json()["cursor"], told(response.json()["events"])[1][0]) == (3, 3)
    assert told(alice.get(response.links["next"]["url"]).json()["events"]) == [(4, "delete", task)]
    assert alice.get(path, params={"cursor": 4}).json() == {"events": [], "cursor": 4}


def test_history_of_others_is_not_found(alice: Client, bob: Client) -> None:
    """The history of another user's task, deleted or not, is 404, as for an id that is unused."""
    task = alice.create_task()["id"]
    place = f"/api/tasks/{task}/history"
    expected = (404, "/problems/not-found", HERE)

    assert refusal(bob.get(place)) == expected
    assert refusal(alice.get(f"/api/tasks/{uuid.uuid4()}/history")) == expected
    assert len(events(alice, place)) == 1
    alice.delete(f"/api/tasks/{task}")
    assert refusal(bob.get(place)) == expected
    assert len(events(alice, place)) == 2


def test_failed_request_leaves_no_event(alice: Client) -> None:
    """A refused request makes no event, and uses no position."""
    task = alice.create_task()["id"]
    assert alice.post("/api/tasks", json={"id": task, "title": "again"}).status_code == 409
    assert alice.put(f"/api/tasks/{uuid.uuid4()}", json={"title": "none"}).status_code == 404

    alice.delete(f"/api/tasks/{task}")

    assert told(events(alice)) == [(1, "create", task), (2, "delete", task)]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"limit": "0"}, ("limit", "Input should be greater than or equal to 1")),
        ({"limit": "201"}, ("limit", "Input should be less than or equal to 200")),
        ({"cursor": "-1"}, ("cursor", "Input should be greater than or equal to 0")),
        ({"cursor": str(2**63)}, ("cursor", "Input should be less than 9223372036854775808")),
        ({"cursor": "x"}, ("cursor", f"{NO_NUMBER}, unable to parse string as an integer")),
        ({"sort": "title"}, ("sort", "Extra inputs are not permitted")),
    ],
)  # fmt: skip
def test_wrong_query_is_refused(
    alice: Client, query: dict[str, str], wrong: tuple[str, str]
) -> None:
    """A parameter that is unknown or out of its range is 422, and the problem names it."""
    task = alice.create_task()["id"]
    for path in ("/api/events", f"/api/tasks/{task}/history"):
        assert wrong_values(alice.get(path, params=query)) == [("query", *wrong)]

    assert len(events(alice, limit=200, cursor=0)) == 1
    assert alice.get("/api/events", params={"cursor": 2**63 - 1}).status_code == 410
