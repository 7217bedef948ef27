"""Query parameters: an unknown or repeated parameter is refused, not ignored."""

from typing import Any

import pytest

from tests.support.api import Client, RunningApi
from tests.support.problems import wrong_values

ONCE = "A parameter may be given once only"
UNKNOWN = "Extra inputs are not permitted"
LISTS = ("/api/tasks", "/api/events", "/api/tasks/{id}/history")
ONE = [
    ("POST", "/api/tasks", {"title": "a"}),
    ("GET", "/api/tasks/{id}", None),
    ("PUT", "/api/tasks/{id}", {"title": "a"}),
    ("PATCH", "/api/tasks/{id}/complete", None),
    ("DELETE", "/api/tasks/{id}", None),
]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "repeated"),
    [
        ("limit=1&limit=2", ["limit"]),
        ("limit=1&limit=1", ["limit"]),
        ("limit=1&cursor=0&limit=2&cursor=0&limit=3", ["limit", "cursor"]),
        ("limit=1&%6Cimit=2", ["limit"]),
        ("limit&limit=2", ["limit"]),
    ],
)
def test_parameter_given_twice_is_refused(
    alice: Client, path: str, query: str, repeated: list[str]
) -> None:
    """A repeated parameter is 422; given once, it is accepted."""
    path = path.format(id=alice.create_task()["id"])

    refused = alice.get(f"{path}?{query}")
    assert wrong_values(refused) == [("query", name, ONCE) for name in repeated]
    assert alice.get(f"{path}?limit=2").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_unknown_parameter_of_a_list_is_refused(alice: Client, path: str) -> None:
    """A misspelt parameter is 422, and the problem names it."""
    path = path.format(id=alice.create_task()["id"])

    assert wrong_values(alice.get(f"{path}?limits=1")) == [("query", "limits", UNKNOWN)]


@pytest.mark.parametrize("prefix", ["/api/", "/api/{user_id}/"])
@pytest.mark.parametrize(("method", "path", "body"), ONE)
def test_route_without_parameters_takes_none(
    alice: Client, method: str, path: str, body: dict[str, Any] | None, prefix: str
) -> None:
    """An unknown parameter, such as ?completed=true, is 422, and nothing changes."""
    task = alice.create_task()
    path = path.replace("/api/", prefix).format(id=task["id"], user_id=alice.user_id)

    refused = alice.request(method, f"{path}?completed=true&a=b", json=body)
    assert wrong_values(refused) == [("query", "completed", UNKNOWN), ("query", "a", UNKNOWN)]
    assert alice.tasks() == [task]
    assert alice.request(method, path, json=body).is_success


def test_caller_comes_before_the_query(api: RunningApi) -> None:
    """Without a token a request is 401, whatever else is wrong with it."""
    with api.client() as nobody:
        assert nobody.delete("/api/tasks/x?a=b").status_code == 401
        assert nobody.get("/api/tasks?limit=1&limit=2").status_code == 401


@pytest.mark.parametrize("path", [*LISTS, "/api/tasks/{id}"])
def test_absurdly_many_parameters_are_refused_unread(alice: Client, path: str) -> None:
    """Over 100 parameters are 422 without parsing; of 100, up to 20 wrong ones are named."""
    path = path.format(id=alice.create_task()["id"])

    refused = alice.get(f"{path}?{'&'.join(f'{n}=' for n in range(101))}")
    assert refused.status_code == 422
    assert refused.json()["detail"] == "The query has more than 100 parameters."
    named = alice.get(f"{path}?{'&'.join(f'{n}=' for n in range(100))}")
    assert wrong_values(named) == [("query", str(n), UNKNOWN) for n in range(20)]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/problems"])
def test_query_outside_the_api_changes_nothing(api: RunningApi, path: str) -> None:
    """Health checks and problems ignore unknown parameters (decision 23)."""
    with api.client() as nobody:
        plain, asked = nobody.get(path), nobody.get(f"{path}?a=b&a=c")

    assert (asked.status_code, asked.content) == (200, plain.content)
