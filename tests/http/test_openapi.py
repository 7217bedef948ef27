"""The OpenAPI document as a whole: its form, version, parameters and examples."""

import re
import tomllib
from pathlib import Path
from typing import Any

import httpx2
import jsonschema

from tests.support.api import NO_TLS, RunningApi
from tests.support.contract import operations

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
    """info.version is the version in pyproject.toml, so a generated client knows it."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

    assert api.contract.document["info"]["version"] == project["version"]


def test_path_parameters_are_described(api: RunningApi) -> None:
    """Each operation describes exactly the path parameters that are in its path's template."""
    for _, path, operation in operations(api.contract.document):
        parameters = operation.get("parameters", [])
        described = {p["name"] for p in parameters if p["in"] == "path"}

        assert described == set(re.findall(r"\{(\w+)\}", path)), path


def test_every_body_has_an_example(api: RunningApi) -> None:
    """Each body has a valid example; a new task's example has no id, as an id works only once."""
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
    """The description at /docs says how to get a token, in development and from Better Auth."""
    description = api.contract.document["info"]["description"]

    assert "rowlock token alice" in description
    assert "/api/auth/token" in description
    assert "/api/{user_id}" in description
