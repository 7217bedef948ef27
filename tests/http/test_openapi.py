"""The OpenAPI document: it is valid, and it is whole."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import httpx2
import jsonschema

from tests.support.api import NO_TLS, RunningApi, operations

DOCUMENT = {
    "type": "object",
    "required": ["openapi", "info", "paths", "components"],
    "properties": {
        "openapi": {"pattern": r"^3\.1\.\d+$"},
        "info": {"required": ["title", "version", "description"]},
        "paths": {
            "propertyNames": {"pattern": "^/"},
            "additionalProperties": {
                "propertyNames": {"enum": ["get", "post", "put", "patch", "delete"]},
                "additionalProperties": {"$ref": "#/$defs/operation"},
            },
        },
        "components": {
            "additionalProperties": {"propertyNames": {"pattern": r"^[a-zA-Z0-9._-]+$"}}
        },
    },
    "$defs": {
        "operation": {
            "required": ["operationId", "summary", "description", "tags", "responses"],
            "properties": {
                "parameters": {
                    "items": {
                        "required": ["name", "in", "schema"],
                        "properties": {"in": {"enum": ["path", "query"]}},
                        "if": {"properties": {"in": {"const": "path"}}},
                        "then": {"required": ["required"]},
                    }
                },
                "requestBody": {"required": ["content", "required"]},
                "responses": {
                    "minProperties": 1,
                    "propertyNames": {"pattern": "^[1-5][0-9][0-9]$"},
                    "additionalProperties": {
                        "required": ["description"],
                        "properties": {
                            "content": {"additionalProperties": {"required": ["schema"]}}
                        },
                    },
                },
            },
        }
    },
}


def references(value: Any) -> set[str]:
    """Every `$ref` in a document."""
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*(references(item) for item in value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_document_is_openapi_3_1(api: RunningApi) -> None:
    """The served document has the form of OpenAPI 3.1, and each of its references resolves."""
    document = httpx2.get(f"{api.url}/openapi.json", trust_env=False, verify=NO_TLS).json()
    schemas = document["components"]["schemas"]

    assert document == api.contract.document
    jsonschema.Draft202012Validator(DOCUMENT).validate(document)
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert references(document) == {f"#/components/schemas/{name}" for name in schemas}
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert sorted(ids) == sorted(set(ids))


def test_version_is_the_packages(api: RunningApi) -> None:
    """info.version is what `rowlock --version` prints, so that a generated client can tell."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

    assert api.contract.document["info"]["version"] == project["version"]


def test_path_parameters_are_described(api: RunningApi) -> None:
    """The parameters in a path's template are the path parameters of its operations."""
    for _, path, operation in operations(api.contract.document):
        parameters = operation.get("parameters", [])
        described = {p["name"] for p in parameters if p["in"] == "path"}

        assert described == set(re.findall(r"\{(\w+)\}", path)), path


def test_token_is_required_where_tasks_are(api: RunningApi) -> None:
    """Every task operation asks for the bearer token, and no other operation does."""
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
    """Each operation describes its one success and its problems; readiness has a 503 of its own."""
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
    """An error is application/problem+json, but for readiness, which says what is missing."""
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
    """An operation's id is its handler's name: what a generated client calls, and it stays so."""
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
    """Wherever a response may carry a header that a client acts on, the description has it."""
    paged = {"listTasks", "listEvents", "listTaskEvents"}
    named = {"401": {"WWW-Authenticate"}, "405": {"Allow"}, "503": {"Retry-After"}}
    for _, _, operation in operations(api.contract.document):
        name = operation["operationId"]
        for status, response in operation["responses"].items():
            expected = named.get(status, set())
            if status == "200" and name in paged:
                expected = {"Link"}
            elif status == "201":
                expected = {"Location"}
            assert set(response.get("headers", {})) == expected, (name, status)


def test_every_body_has_an_example(api: RunningApi) -> None:
    """Each has one, which is valid; that of a new task has no id, which would work once only."""
    document = api.contract.document
    schemas = document["components"]["schemas"]
    bodies = set()
    for _, _, operation in operations(document):
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in part.get("content", {}).values():
                schema = content["schema"].get("items", content["schema"])
                bodies.add(schema["$ref"].removeprefix("#/components/schemas/"))

    assert bodies >= {"TaskCreate", "TaskReplace", "TaskComplete", "TaskRead", "Problem"}
    for name in bodies:
        (example,) = schemas[name]["examples"]
        api.contract.validate(example, schemas[name])
    assert schemas["TaskCreate"]["examples"][0].keys() == {"title", "description"}


def test_description_says_how_to_get_a_token(api: RunningApi) -> None:
    """A reader of /docs learns where a token comes from, in development and with Better Auth."""
    description = api.contract.document["info"]["description"]

    assert "rowlock token alice" in description
    assert "/api/auth/token" in description
    assert "/api/{user_id}" in description
