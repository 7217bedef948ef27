"""The form of a problem, and requests for paths, ids and methods that do not exist."""

import uuid

import pytest

from tests.support.api import Client, RunningApi
from tests.support.problems import refusal, wrong_values

NOT_FOUND = (404, "/problems/not-found", "There is nothing here that the caller can see.")
METHOD = (405, "/problems/method-not-allowed", "The path has other methods.")


def test_problem_has_the_members_of_rfc_9457(alice: Client) -> None:
    """A problem is type, title, status, detail and the request id, and nothing else."""
    response = alice.get(f"/api/tasks/{uuid.uuid4()}", headers={"x-request-id": "mine"})

    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"] == "mine"
    assert response.json() == {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing here that the caller can see.",
        "request_id": "mine",
    }


def test_wrong_value_adds_its_place(alice: Client) -> None:
    """A 422 adds a list of errors, each with its place, field and detail."""
    response = alice.get("/api/tasks/no-id", headers={"x-request-id": "mine"})

    assert response.json() == {
        "type": "/problems/invalid",
        "title": "Invalid",
        "status": 422,
        "detail": "A value is not what the API accepts.",
        "request_id": "mine",
        "errors": [
            {
                "place": "path",
                "field": "task_id",
                "detail": "Input should be a valid UUID, invalid character: found `n` at 0",
            }
        ],
    }


def test_type_of_a_problem_can_be_looked_up(api: RunningApi) -> None:
    """The API serves a page for every type of problem, and the types are stable."""
    with api.client() as client:
        listed = client.get("/problems").json()
        pages = [client.get(kind["type"]).json() for kind in listed]

        assert pages == listed
        assert refusal(client.get("/problems/other")) == NOT_FOUND
    assert [(kind["status"], kind["type"]) for kind in listed] == [
        (400, "/problems/bad-request"),
        (401, "/problems/unauthenticated"),
        (403, "/problems/forbidden"),
        (404, "/problems/not-found"),
        (405, "/problems/method-not-allowed"),
        (409, "/problems/conflict"),
        (410, "/problems/gone"),
        (413, "/problems/body-too-large"),
        (414, "/problems/target-too-long"),
        (415, "/problems/unsupported-media-type"),
        (422, "/problems/invalid"),
        (431, "/problems/head-too-large"),
        (500, "/problems/internal"),
        (501, "/problems/not-implemented"),
        (503, "/problems/unavailable"),
        (504, "/problems/timeout"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/api",
        "/api/",
        "/api/tasks/",
        "/api//tasks",
        "//api/tasks",
        "/api/tasks/%2E%2E/tasks/x/y/z",
        "/API/tasks",
        "/docs/",
        "/redoc",
        "/%00",
        "/%ff",
        "/health/live/",
        "/static-offline-docs/../pyproject.toml",
        "/static-offline-docs/%2e%2e/%2e%2e/core.py",
        pytest.param("/" + "a" * 8_000, id="long"),
    ],
)
def test_unknown_path_is_not_found(alice: Client, path: str) -> None:
    """A path without a route is a 404 problem, and so is a known path with a slash at its end."""
    assert refusal(alice.get(path)) == NOT_FOUND


@pytest.mark.parametrize("given", ["x", "%00", "%0A", "1", "\U0001f600", "a" * 100, "null"])
def test_malformed_id_is_refused(alice: Client, path: str, given: str) -> None:
    """An id in the path that is no UUID is 422 with every method, and for a user without tasks."""
    address = f"{path}/{given}"
    responses = [
        alice.get(address),
        alice.put(address, json={"title": "a"}),
        alice.delete(address),
        alice.patch(f"{address}/complete"),
    ]

    assert [wrong_values(response)[0][:2] for response in responses] == [("path", "task_id")] * 4


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/api/tasks", {"GET", "HEAD", "POST"}),
        ("PATCH", "/api/tasks", {"GET", "HEAD", "POST"}),
        ("DELETE", "/api/someone/tasks", {"GET", "HEAD", "POST"}),
        ("OPTIONS", "/api/tasks", {"GET", "HEAD", "POST"}),
        ("TRACE", "/api/tasks", {"GET", "HEAD", "POST"}),
        ("POST", f"/api/tasks/{uuid.UUID(int=0)}", {"GET", "HEAD", "PUT", "DELETE"}),
        ("GET", f"/api/tasks/{uuid.UUID(int=0)}/complete", {"PATCH"}),
        ("HEAD", f"/api/tasks/{uuid.UUID(int=0)}/complete", {"PATCH"}),
        ("POST", "/health/live", {"GET", "HEAD"}),
        ("POST", "/problems", {"GET", "HEAD"}),
    ],
)
def test_wrong_method_is_refused(alice: Client, method: str, path: str, allow: set[str]) -> None:
    """A method that a path does not have is 405, and Allow lists the methods that it has."""
    response = alice.request(method, path)

    assert response.status_code == 405
    if method != "HEAD":
        assert refusal(response) == METHOD
    assert set(response.headers["allow"].split(", ")) == allow
