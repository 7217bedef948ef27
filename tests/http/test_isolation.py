"""Over HTTP, no user learns anything about another user."""

import re
import uuid
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.support.api import Client, RunningApi
from tests.support.problems import refusal

NOT_FOUND = (404, "/problems/not-found", "There is nothing here that the caller can see.")
FORBIDDEN = (403, "/problems/forbidden", "The path names another user than the token.")

ON_TASK = [
    ("GET", "", None, 200),
    ("HEAD", "", None, 200),
    ("PUT", "", {"title": "changed"}, 200),
    ("PATCH", "/complete", None, 200),
    ("DELETE", "", None, 204),
]
ON_LIST = [("GET", "", None, 200), ("POST", "", {"title": "new"}, 201)]


def anonymous(response: httpx2.Response) -> tuple[int, dict[str, str], str]:
    """A response without its request id and date, which differ each time."""
    request_id = response.headers["x-request-id"]
    headers = {k: v for k, v in response.headers.items() if k not in {"x-request-id", "date"}}
    return response.status_code, headers, response.text.replace(request_id, "")


def test_other_user_cannot_read_task(alice: Client, bob: Client) -> None:
    """Bob gets 404 for Alice's task, and Alice still reads it."""
    task = alice.create_task(title="mine")

    assert bob.get(f"/api/tasks/{task['id']}").status_code == 404
    assert alice.get(f"/api/tasks/{task['id']}").json() == task


def test_other_user_cannot_list_tasks(alice: Client, bob: Client) -> None:
    """Each list contains only its owner's tasks."""
    hers, his = alice.create_task(title="hers"), bob.create_task(title="his")

    assert alice.tasks() == [hers]
    assert bob.tasks() == [his]


@pytest.mark.parametrize(("method", "suffix", "body", "status"), ON_TASK)
@pytest.mark.parametrize("prefix", ["/api/tasks", "/api/{user_id}/tasks"])
def test_foreign_task_is_like_a_missing_one(
    alice: Client, bob: Client, prefix: str, method: str, suffix: str, body: Any, status: int
) -> None:
    """Another user's task is the same 404 as an absent one, and does not change."""
    task = alice.create_task(title="mine")
    own = prefix.format(user_id=bob.user_id)
    foreign = bob.request(method, f"{own}/{task['id']}{suffix}", json=body)
    missing = bob.request(method, f"{own}/{uuid.uuid4()}{suffix}", json=body)

    assert anonymous(foreign) == anonymous(missing)
    assert foreign.status_code == 404
    if method != "HEAD":
        assert refusal(foreign) == NOT_FOUND
    assert alice.tasks() == [task]
    hers = f"{prefix.format(user_id=alice.user_id)}/{task['id']}{suffix}"
    assert alice.request(method, hers, json=body).status_code == status


@pytest.mark.parametrize(("method", "suffix", "body", "status"), ON_TASK)
def test_path_of_another_user_is_refused_on_a_task(
    alice: Client, bob: Client, method: str, suffix: str, body: Any, status: int
) -> None:
    """A path with Alice's id is 403 for Bob with every method, whether the row exists or not."""
    task = alice.create_task(title="mine")
    path = f"/api/{alice.user_id}/tasks"
    existing = bob.request(method, f"{path}/{task['id']}{suffix}", json=body)
    missing = bob.request(method, f"{path}/{uuid.uuid4()}{suffix}", json=body)
    malformed = bob.request(method, f"{path}/no-id{suffix}", json=body)

    assert anonymous(existing) == anonymous(missing) == anonymous(malformed)
    assert existing.status_code == 403
    if method != "HEAD":
        assert refusal(existing) == FORBIDDEN
    assert alice.tasks() == [task]
    assert alice.request(method, f"{path}/{task['id']}{suffix}", json=body).status_code == status


@pytest.mark.parametrize(("method", "suffix", "body", "status"), ON_LIST)
def test_path_of_another_user_is_refused_on_the_list(
    alice: Client, bob: Client, method: str, suffix: str, body: Any, status: int
) -> None:
    """A path with another user's id is 403: no list is read and no task is created."""
    path = f"/api/{alice.user_id}/tasks{suffix}"

    assert refusal(bob.request(method, path, json=body)) == FORBIDDEN
    assert (alice.tasks(), bob.tasks()) == ([], [])
    assert alice.request(method, path, json=body).status_code == status


@pytest.mark.parametrize("change", [str.upper, str.title, lambda user: user + " ", quote])
def test_path_must_name_the_subject_exactly(api: RunningApi, change: Any) -> None:
    """An id in the path that differs from the subject in case, a space or encoding is 403."""
    user_id = f"é{uuid.uuid4().hex}a"
    with api.client(api.issuer.token(user_id), user_id) as user:
        assert refusal(user.get(f"/api/{quote(change(user_id))}/tasks")) == FORBIDDEN
        assert user.get(f"/api/{quote(user_id)}/tasks").status_code == 200


@pytest.mark.parametrize(
    "odd",
    [
        "with space",
        " ",
        "100%",
        "%41",
        "%2F",
        "Zoë",
        "田中",
        "\U0001f600",
        'quo"ted',
        "quo'ted",
        "a;b,c=d&e+f",
        "q?a=b",
        "frag#ment",
        "back\\slash",
        "auth0|123",
        "user@example.com",
        "<b>",
        "{user_id}",
        "..",
    ],
)
def test_user_id_may_hold_odd_characters(api: RunningApi, odd: str) -> None:
    """Any user id works percent-encoded in the path; Location and Link contain it."""
    user_id = odd if odd == ".." else f"{odd}{uuid.uuid4().hex}"
    path = f"/api/{quote(user_id, safe='').replace('.', '%2E')}/tasks"
    with api.client(api.issuer.token(user_id), user_id) as user:
        created = [user.post(path, json={"title": "a"}) for _ in range(2)]
        tasks = [response.json() for response in created]
        first = user.get(path, params={"limit": 1})

        assert [user.get(response.headers["location"]).json() for response in created] == tasks
        assert first.json() == tasks[1:]
        address = re.fullmatch(r'<([^>]+)>; rel="next"', first.headers["link"])
        assert address is not None
        assert address[1].startswith(f"{path}?")
        assert user.get(address[1]).json()[0] == tasks[0]
        assert [response.headers["location"] for response in created] == [
            f"{path}/{task['id']}" for task in tasks
        ]


def test_user_id_with_a_slash_uses_the_canonical_path(api: RunningApi) -> None:
    """A user id with a slash works only at /api/tasks: a path segment cannot contain a slash."""
    user_id = f"tenant/{uuid.uuid4().hex}"
    with api.client(api.issuer.token(user_id), user_id) as user:
        assert refusal(user.get(f"/api/{quote(user_id, safe='')}/tasks")) == NOT_FOUND
        task = user.create_task()
        assert user.tasks() == [task]
