"""The operations of the OpenAPI document: names, tokens, responses and headers."""

import json
import re

from tests.support.api import RunningApi
from tests.support.contract import operations


def test_token_is_required_where_tasks_are(api: RunningApi) -> None:
    """Operations below /api/ need the bearer token, and no other operation needs it."""
    document = api.contract.document

    assert document["components"]["securitySchemes"] == {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A JWT of Better Auth.",
        }
    }
    for _, path, operation in operations(document):
        required = '[{"bearer": []}]' if path.startswith("/api/") else "[]"
        assert json.dumps(operation.get("security", [])) == required, path


def test_every_answer_is_described(api: RunningApi) -> None:
    """Each operation describes one success and its errors; readiness also describes its 503."""
    everywhere = {405, 413, 414, 431, 500, 501}
    tasks = everywhere | {400, 401, 403, 422, 503, 504}
    expected: dict[tuple[str, str], tuple[int, set[int]]] = {
        ("get", "/health/live"): (200, everywhere),
        ("get", "/health/ready"): (200, everywhere | {503}),
        ("get", "/problems"): (200, everywhere),
        ("get", "/problems/{slug}"): (200, everywhere | {404}),
    }
    expected |= {
        ("get", "/api/events"): (200, tasks | {410}),
        ("get", "/api/tasks/{task_id}/history"): (200, tasks | {404, 410}),
        ("get", "/api/tasks"): (200, tasks),
        ("post", "/api/tasks"): (201, tasks | {409, 415}),
        ("get", "/api/tasks/{task_id}"): (200, tasks | {404}),
        ("put", "/api/tasks/{task_id}"): (200, tasks | {404, 415}),
        ("delete", "/api/tasks/{task_id}"): (204, tasks | {404}),
        ("patch", "/api/tasks/{task_id}/complete"): (200, tasks | {404, 415}),
    }
    described = {
        (method, path): set(map(int, operation["responses"]))
        for method, path, operation in operations(api.contract.document)
    }

    for key, statuses in described.items():
        success, errors = expected.get(key, (min(statuses), statuses & (tasks | {404, 409, 415})))
        assert statuses == errors | {success}, key
        assert statuses >= everywhere | {success}, key
    assert described.keys() >= expected.keys()


def test_every_error_is_described_as_a_problem(api: RunningApi) -> None:
    """Errors are application/problem+json; only readiness returns its 503 as plain JSON."""
    for method, path, operation in operations(api.contract.document):
        for status, response in operation["responses"].items():
            media_types = list(response.get("content", {}))
            if status == "204":
                assert media_types == []
            elif status < "400" or (path, status) == ("/health/ready", "503"):
                assert media_types == ["application/json"], (method, path, status)
            else:
                assert media_types == ["application/problem+json"], (method, path, status)
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}


def test_operations_have_short_names(api: RunningApi) -> None:
    """Generated clients use an operation's id as a name, so the ids are short and do not change."""
    names = {
        (method, path): operation["operationId"]
        for method, path, operation in operations(api.contract.document)
    }

    assert [name for name in names.values() if not re.fullmatch("[a-z]+([A-Z][a-z]+)*", name)] == []
    shipped = {
        ("get", "/api/tasks"): "listTasks",
        ("post", "/api/tasks"): "createTask",
        ("get", "/api/tasks/{task_id}"): "readTask",
        ("put", "/api/tasks/{task_id}"): "replaceTask",
        ("delete", "/api/tasks/{task_id}"): "deleteTask",
        ("patch", "/api/tasks/{task_id}/complete"): "toggleTask",
        ("get", "/api/tasks/{task_id}/history"): "listTaskEvents",
        ("get", "/api/events"): "listEvents",
        ("get", "/health/live"): "live",
        ("get", "/health/ready"): "ready",
        ("get", "/problems"): "listProblems",
        ("get", "/problems/{slug}"): "readProblem",
    }
    assert {key: names.get(key) for key in shipped} == shipped


def test_headers_of_responses_are_described(api: RunningApi) -> None:
    """Each response describes the headers that a client needs, and no other headers."""
    unpaged = {"listProblems"}
    named = {"401": {"WWW-Authenticate"}, "405": {"Allow"}, "503": {"Retry-After"}}
    for _, _, operation in operations(api.contract.document):
        name = operation["operationId"]
        for status, response in operation["responses"].items():
            expected = named.get(status, set())
            if status == "200" and name.startswith("list") and name not in unpaged:
                expected = {"Link"}
            elif status == "201":
                expected = {"Location"}
            assert set(response.get("headers", {})) == expected, (name, status)
