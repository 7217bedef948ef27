"""PATCH …/complete toggles the state without a body, and sets it with a body."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.support.api import Client
from tests.support.problems import refusal, wrong_values

JSON = {"content-type": "application/json"}
NOT_FOUND = (404, "/problems/not-found", "There is nothing here that the caller can see.")
NO_JSON = (400, "/problems/bad-request", "The body is not valid JSON.")


@pytest.fixture
def complete(alice: Client, path: str) -> Callable[..., httpx2.Response]:
    """Send PATCH …/complete for a task of Alice's, with or without a body."""

    def sent(task: dict[str, Any], **given: Any) -> httpx2.Response:
        return alice.patch(f"{path}/{task['id']}/complete", **given)

    return sent


@pytest.mark.parametrize("nothing", [{}, {"headers": JSON}, {"content": b"", "headers": JSON}])
def test_empty_body_toggles(
    alice: Client, complete: Callable[..., httpx2.Response], nothing: dict[str, Any]
) -> None:
    """Without a body a pending task is completed, and a completed one pending again."""
    task = alice.create_task()

    assert [complete(task, **nothing).json()["completed"] for _ in range(3)] == [True, False, True]


def test_body_sets(alice: Client, complete: Callable[..., httpx2.Response]) -> None:
    """The body sets the state of the task, and an event records it."""
    task = alice.create_task()
    done = complete(task, json={"completed": True}).json()
    pending = complete(task, json={"completed": False}).json()

    assert done == task | {
        "completed": True,
        "completed_at": done["updated_at"],
        "updated_at": done["updated_at"],
        "version": 2,
    }
    assert pending == task | {"updated_at": pending["updated_at"], "version": 3}
    assert alice.get(f"/api/tasks/{task['id']}").json() == pending
    assert len(alice.get("/api/events").json()["events"]) == 3


@pytest.mark.parametrize("wanted", [True, False])
def test_setting_what_is_so_changes_nothing(
    alice: Client, complete: Callable[..., httpx2.Response], *, wanted: bool
) -> None:
    """Setting the present state changes neither version nor times, and makes no event."""
    task = alice.create_task()
    first = complete(task, json={"completed": wanted}).json()
    events = alice.get("/api/events").json()["events"]

    assert complete(task, json={"completed": wanted}).json() == first
    assert first["version"] == (2 if wanted else 1)
    assert alice.get("/api/events").json()["events"] == events


def test_only_one_of_many_changes_it(
    alice: Client, complete: Callable[..., httpx2.Response]
) -> None:
    """Of concurrent requests that set the same state, exactly one changes the task."""
    task = alice.create_task()

    with ThreadPoolExecutor(8) as executor:
        answers = list(executor.map(lambda _: complete(task, json={"completed": True}), range(16)))

    assert {(a.status_code, a.json()["version"]) for a in answers} == {(200, 2)}
    assert all(answer.json() == answers[0].json() for answer in answers)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ("completed", "Field required")),
        ({"completed": None}, ("completed", "Input should be a valid boolean")),
        ({"completed": "true"}, ("completed", "Input should be a valid boolean")),
        ({"completed": 1}, ("completed", "Input should be a valid boolean")),
        ({"completed": True, "title": "a"}, ("title", "Extra inputs are not permitted")),
    ],
)
def test_wrong_body_is_refused(
    alice: Client,
    complete: Callable[..., httpx2.Response],
    body: dict[str, Any],
    wrong: tuple[str, str],
) -> None:
    """Any other object is 422 and names the field; the task does not change."""
    task = alice.create_task()

    assert wrong_values(complete(task, json=body)) == [("body", *wrong)]
    assert alice.tasks() == [task]


@pytest.mark.parametrize("body", [b"null", b"true", b"[]", b'"true"', b"1"])
def test_what_is_no_object_is_refused(
    alice: Client, complete: Callable[..., httpx2.Response], body: bytes
) -> None:
    """JSON that is not an object, null included, is 422 and does not toggle."""
    task = alice.create_task()
    response = complete(task, content=body, headers=JSON)

    assert [(place, field) for place, field, _ in wrong_values(response)] == [("body", "")]
    assert alice.tasks() == [task]


@pytest.mark.parametrize("body", [b"toggle", b"{", b" ", b"true}"])
def test_what_is_no_json_is_refused(
    alice: Client, complete: Callable[..., httpx2.Response], body: bytes
) -> None:
    """A body that is not JSON is 400 and does not toggle."""
    task = alice.create_task()

    assert refusal(complete(task, content=body, headers=JSON)) == NO_JSON
    assert alice.tasks() == [task]


def test_other_user_sets_nothing(
    alice: Client, bob: Client, complete: Callable[..., httpx2.Response]
) -> None:
    """Another user's task is 404 for each body; its owner can set its state."""
    task = alice.create_task()
    for wanted in (True, False):
        place = f"/api/tasks/{task['id']}/complete"
        assert refusal(bob.patch(place, json={"completed": wanted})) == NOT_FOUND

    assert alice.tasks() == [task]
    assert complete(task, json={"completed": True}).json()["completed"] is True
