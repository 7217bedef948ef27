"""The API follows its OpenAPI description, and the validator detects a deviation.

Every response that a client of tests/support/api.py receives, in any test, is validated against
the description.
"""

import json
import re
import uuid
from typing import Any

import httpx2
import jsonschema
import pytest

from tests.support.api import Client, RunningApi
from tests.support.contract import operations

TASK = {
    "id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "title": "a task",
    "description": None,
    "completed": False,
    "completed_at": None,
    "created_at": "2026-01-01T00:00:00+00:00",
    "updated_at": "2026-01-01T00:00:00.000001+00:00",
    "version": 1,
}
PROBLEM_TYPE = "application/problem+json"
PROBLEM = {
    "type": "/problems/not-found",
    "title": "Not found",
    "status": 404,
    "detail": "There is nothing here.",
    "request_id": "mine",
}


def answer(
    method: str, path: str, status: int, body: Any, media_type: str = "application/json"
) -> httpx2.Response:
    request = httpx2.Request(method, f"http://api{path}")
    headers = {"content-type": media_type, "x-request-id": "mine"}
    if body is None:
        return httpx2.Response(status, request=request)
    content = httpx2.Response(status, json=body).content
    return httpx2.Response(status, headers=headers, content=content, request=request)


@pytest.mark.parametrize(
    "response",
    [
        answer("GET", "/api/tasks", 200, []),
        answer("GET", "/api/tasks?limit=1", 200, [TASK]),
        answer("GET", "/api/alice/tasks/x", 200, TASK),
        answer("DELETE", "/api/tasks/x", 204, None),
        answer("GET", "/api/tasks/x", 404, PROBLEM, PROBLEM_TYPE),
        answer("GET", "/nowhere", 404, PROBLEM, PROBLEM_TYPE),
    ],
)
def test_validator_accepts_what_is_described(api: RunningApi, response: httpx2.Response) -> None:
    """A response that the description allows passes."""
    api.contract.check(response)


@pytest.mark.parametrize(
    "response",
    [
        answer("GET", "/api/tasks", 200, TASK),
        answer("GET", "/api/tasks", 200, [TASK | {"user_id": "alice"}]),
        answer("GET", "/api/tasks/x", 200, TASK | {"version": "1"}),
        answer("GET", "/api/tasks/x", 200, TASK | {"version": None}),
        answer("GET", "/api/tasks/x", 200, TASK | {"id": "x"}),
        answer("GET", "/api/tasks/x", 200, TASK | {"created_at": "yesterday"}),
        answer("GET", "/api/tasks/x", 200, TASK | {"created_at": "2026-01-01T00:00:00"}),
        answer("GET", "/api/tasks/x", 200, {k: v for k, v in TASK.items() if k != "completed_at"}),
        answer("GET", "/api/tasks/x", 200, TASK, "text/plain"),
        answer("GET", "/api/tasks/x", 201, TASK),
        answer("GET", "/api/tasks/x", 418, PROBLEM, PROBLEM_TYPE),
        answer("GET", "/api/tasks/x", 404, PROBLEM),
        answer("GET", "/api/tasks/x", 404, PROBLEM | {"status": 403}, PROBLEM_TYPE),
        answer("GET", "/api/tasks/x", 404, PROBLEM | {"sql": ""}, PROBLEM_TYPE),
        answer("GET", "/api/tasks/x", 404, PROBLEM | {"request_id": "x"}, PROBLEM_TYPE),
        answer("DELETE", "/api/tasks/x", 204, TASK),
        answer("GET", "/nowhere", 200, TASK),
        answer("GET", "/nowhere", 404, {"detail": "Not Found"}),
    ],
)  # fmt: skip
def test_validator_refuses_what_is_not(api: RunningApi, response: httpx2.Response) -> None:
    """A response with a wrong body, media type or status fails the test that received it."""
    with pytest.raises((AssertionError, jsonschema.ValidationError)):
        api.contract.check(response)


def provoke(client: Client, method: str, path: str, status: int) -> httpx2.Response:
    """Call an operation so that it answers with this status."""
    task = client.create_task()
    places = {"user_id": client.user_id, "task_id": task["id"], "slug": "conflict"}
    headers = [("content-type", "application/json")] if method in {"post", "put", "patch"} else []
    body: dict[str, Any] = {"completed": True} if method == "patch" else {"title": "a"}
    headers += {
        401: [("authorization", "")],
        431: [("x-a", "a")] * 100,
        501: [("if-match", "*")],
    }.get(status, [])
    query, padding = {410: {"cursor": "1000"}, 414: {"a": "a" * 8 * 1024}}.get(status, {}), b""
    match status:
        case 400:
            headers += [("authorization", client.headers["authorization"])] * 2
        case 403:
            places["user_id"] = "another"
        case 404:
            places |= {"task_id": str(uuid.uuid4()), "slug": "other"}
        case 409:
            body["id"] = task["id"]
        case 413:
            padding = b" " * 64 * 1024
        case 415:
            headers = [("content-type", "text/plain")]
        case 422:
            places["task_id"], query["limit"], body = "no-id", "0", {}
    content = json.dumps(body).encode() + padding if headers or padding else None
    return client.request(
        method, path.format(**places), params=query, headers=headers, content=content
    )


def is_up_to_the_client(path: str, status: int) -> bool:
    """Whether a client can cause the status. Other statuses need a failure or another method."""
    # An operation's 405 is for other methods of its path, which tests/http/test_problems.py covers.
    return status <= 501 and status not in {405, 500} and (status != 403 or "{user_id}" in path)


# Endpoints that a fork adds: this module does not know which requests cause their statuses.
FORKS = re.compile("/api/(?!tasks|events)")


def test_every_operation_answers_as_described(api: RunningApi, alice: Client) -> None:
    """Each operation returns each status that a client can cause."""
    wanted = {
        (method, named, int(status))
        for method, path, operation in operations(api.contract.document)
        for named in {path, path.replace("/api/", "/api/{user_id}/")}
        for status in operation["responses"]
        if is_up_to_the_client(named, int(status)) and not FORKS.match(path)
    }
    given = set()
    for method, path, status in wanted:
        response = provoke(alice, method, path, status)
        assert api.contract.operation(method, response.request.url.path) == (
            method,
            path.replace("/{user_id}", ""),
        )
        given.add((method, path, response.status_code))

    assert given == wanted
