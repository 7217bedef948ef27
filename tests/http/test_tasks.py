"""Tasks are created, read, replaced, completed and deleted."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.api import Client
from tests.support.problems import refusal

NOT_FOUND = (404, "/problems/not-found", "There is nothing here that the caller can see.")
CONFLICT = (409, "/problems/conflict", "The caller already has a row with this id.")


def test_user_can_create_task(alice: Client, path: str) -> None:
    """POST is 201 with a pending task of version 1, and Location is its path."""
    before = datetime.now(UTC)
    response = alice.post(path, json={"title": "buy milk", "description": "two"})
    task = response.json()

    assert response.status_code == 201
    assert response.headers["location"] == f"{path}/{task['id']}"
    assert alice.get(response.headers["location"]).json() == task
    created_at = datetime.fromisoformat(task["created_at"])
    assert abs(created_at - before) < timedelta(minutes=1)
    assert task == {
        "id": str(uuid.UUID(task["id"])),
        "title": "buy milk",
        "description": "two",
        "completed": False,
        "completed_at": None,
        "created_at": task["created_at"],
        "updated_at": task["created_at"],
        "version": 1,
    }


def test_default_id_sorts_by_time(alice: Client, path: str) -> None:
    """An id that the database makes is a UUID of version 7 that sorts after earlier ids."""
    first, second = (uuid.UUID(alice.post(path, json={"title": "a"}).json()["id"]) for _ in "12")

    assert (first.version, second.version) == (7, 7)
    assert first.int >> 80 <= second.int >> 80


def test_user_can_choose_task_id(alice: Client, path: str) -> None:
    """A client may choose the id of a task, and Location ends with that id."""
    chosen = str(uuid.uuid4())
    response = alice.post(path, json={"title": "mine", "id": chosen})

    assert (response.status_code, response.json()["id"]) == (201, chosen)
    assert response.headers["location"] == f"{path}/{chosen}"


def test_id_that_is_null_is_made_by_the_database(alice: Client, path: str) -> None:
    """An id of null is treated as absent."""
    response = alice.post(path, json={"title": "mine", "id": None})

    assert response.status_code == 201
    assert uuid.UUID(response.json()["id"]).version == 7


def test_user_cannot_use_id_twice(alice: Client, path: str) -> None:
    """An id that the caller has used before is 409, and the first task does not change."""
    task = alice.create_task(title="first")
    response = alice.post(path, json={"title": "second", "id": task["id"]})

    assert refusal(response) == CONFLICT
    assert alice.tasks() == [task]


def test_another_user_can_use_the_same_id(alice: Client, bob: Client, path: str) -> None:
    """Alice and Bob may use the same id for different tasks."""
    hers = alice.post(path, json={"title": "hers"}).json()
    his = bob.create_task(title="his", id=hers["id"])

    assert his["id"] == hers["id"]
    assert alice.get(f"{path}/{hers['id']}").json() == hers
    assert bob.get(f"/api/tasks/{his['id']}").json() == his


def test_user_can_replace_task(alice: Client, path: str) -> None:
    """PUT replaces the text, adds one to the version and sets updated_at; the rest is unchanged."""
    task = alice.create_task(title="old", description="old")
    response = alice.put(f"{path}/{task['id']}", json={"title": "new", "description": "other"})
    replaced = response.json()

    assert response.status_code == 200
    assert datetime.fromisoformat(replaced["updated_at"]) > datetime.fromisoformat(
        task["updated_at"]
    )
    assert replaced == task | {
        "title": "new",
        "description": "other",
        "version": 2,
        "updated_at": replaced["updated_at"],
    }
    assert alice.get(f"{path}/{task['id']}").json() == replaced


def test_replacing_without_description_removes_it(alice: Client, path: str) -> None:
    """PUT without a description sets the description to null."""
    task = alice.create_task(description="kept until now")
    replaced = alice.put(f"{path}/{task['id']}", json={"title": "a task"}).json()

    assert (replaced["description"], replaced["version"]) == (None, 2)


def test_replacing_a_completed_task_leaves_it_completed(alice: Client, path: str) -> None:
    """PUT changes neither completed nor completed_at."""
    task = alice.create_task()
    done = alice.patch(f"{path}/{task['id']}/complete").json()
    replaced = alice.put(f"{path}/{task['id']}", json={"title": "new"}).json()

    assert replaced == done | {
        "title": "new",
        "version": 3,
        "updated_at": replaced["updated_at"],
    }


@pytest.mark.parametrize("field", ["id", "completed", "user_id", "version", "created_at"])
def test_replacing_cannot_write_what_is_not_text(alice: Client, path: str, field: str) -> None:
    """PUT with any other field is 422, and nothing changes."""
    task = alice.create_task()
    response = alice.put(f"{path}/{task['id']}", json={"title": "new", field: "x"})

    assert refusal(response)[:2] == (422, "/problems/invalid")
    assert alice.tasks() == [task]


def test_user_can_delete_task(alice: Client, path: str) -> None:
    """DELETE is 204 without content; after that the task is 404 for every method."""
    task, other = alice.create_task(), alice.create_task()
    address = f"{path}/{task['id']}"
    response = alice.delete(address)

    assert (response.status_code, response.content) == (204, b"")
    assert "content-type" not in response.headers
    assert refusal(alice.get(address)) == NOT_FOUND
    assert refusal(alice.put(address, json={"title": "a"})) == NOT_FOUND
    assert refusal(alice.patch(f"{address}/complete")) == NOT_FOUND
    assert refusal(alice.delete(address)) == NOT_FOUND
    assert alice.tasks() == [other]


def test_user_can_toggle_task(alice: Client, path: str) -> None:
    """Completing a task sets completed_at to the time of the change; toggling again clears it."""
    task = alice.create_task(description="kept")
    address = f"{path}/{task['id']}"
    done = alice.patch(f"{address}/complete").json()
    pending = alice.patch(f"{address}/complete").json()

    assert done == task | {
        "completed": True,
        "completed_at": done["updated_at"],
        "updated_at": done["updated_at"],
        "version": 2,
    }
    assert pending == task | {"updated_at": pending["updated_at"], "version": 3}
    moments = [datetime.fromisoformat(t["updated_at"]) for t in (task, done, pending)]
    assert moments == sorted(set(moments))
    assert alice.get(address).json() == pending


@pytest.mark.parametrize("spelling", ["{}", "urn:uuid:{}", "{{{}}}"])
def test_task_id_may_be_spelled_in_any_form(alice: Client, path: str, spelling: str) -> None:
    """An id may have upper case, braces or the form of a URN; responses have the canonical form."""
    task = alice.create_task(id=spelling.format(str(uuid.uuid4()).upper()))

    assert task["id"] == str(uuid.UUID(task["id"]))
    assert alice.get(f"{path}/{task['id'].upper()}").json() == task
    assert alice.get(f"{path}/{task['id'].replace('-', '')}").json() == task


def test_head_answers_as_get_without_content(alice: Client, path: str) -> None:
    """HEAD has GET's status and length and no body (RFC 9110, 9.3.2)."""
    task = alice.create_task()
    for address, status in ((f"{path}/{task['id']}", 200), (f"{path}/{uuid.uuid4()}", 404)):
        got, head = alice.get(address), alice.head(address)

        assert (got.status_code, head.status_code, head.content) == (status, status, b"")
        assert head.headers["content-length"] == got.headers["content-length"]
