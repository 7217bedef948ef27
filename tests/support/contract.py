"""The OpenAPI description, as a check on responses."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import httpx2
import jsonschema

PROBLEM = "application/problem+json"
FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("date-time", ValueError)
def _is_date_time(value: object) -> bool:
    """Whether a string is a date and time, which jsonschema checks only with another library."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """The method, path and description of every operation of an OpenAPI document."""
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


class Contract:
    """The OpenAPI description, as a check on every response that a client receives.

    It is stricter than the description in one point: an object has no undescribed field.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._components = {
            "schemas": {
                name: schema | {"additionalProperties": False}
                for name, schema in document["components"]["schemas"].items()
            }
        }
        # The operations under the user's id are those at the canonical path, described once.
        named = {
            path.replace("/api/", "/api/{user_id}/", 1): path
            for path in document["paths"]
            if path.startswith("/api/")
        }
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), described)
            # The canonical /api/tasks/{id} comes before /api/{user_id}/tasks, as in the router.
            for path, described in sorted(
                ({path: path for path in document["paths"]} | named).items(),
                key=lambda item: item[0].count("{"),
            )
        ]

    def operation(self, method: str, path: str) -> tuple[str, str] | None:
        """The operation of a request, as its method and the path in the description."""
        method = "get" if method == "HEAD" else method.lower()
        for pattern, described in self._paths:
            if method in self.document["paths"][described] and pattern.fullmatch(path):
                return method, described
        return None

    def check(self, response: httpx2.Response) -> None:
        """Assert that the response is one that the description allows."""
        method = response.request.method
        path = unquote(response.request.url.raw_path.decode().partition("?")[0])
        where = f"{method} {path} → {response.status_code}"
        content = self._described(self.operation(method, path), response.status_code, where)
        if content is None:
            assert response.content == b"", where
            return
        media_type = response.headers["content-type"].partition(";")[0]
        assert media_type in content, f"{where} sends {media_type}"
        if method == "HEAD":
            assert response.content == b"", where
            return
        body = response.json()
        self.validate(body, content[media_type]["schema"])
        if media_type == PROBLEM:
            assert body["status"] == response.status_code, where
            assert body["request_id"] == response.headers["x-request-id"], where

    def validate(self, body: object, schema: dict[str, Any]) -> None:
        """Assert that a body is what a schema of the description allows."""
        jsonschema.Draft202012Validator(
            schema | {"components": self._components}, format_checker=FORMATS
        ).validate(body)

    def _described(
        self, operation: tuple[str, str] | None, status: int, where: str
    ) -> dict[str, Any] | None:
        """The described content of a response with this status; None if it has no content."""
        if operation is None:
            assert status in {404, 405, 413, 414, 415, 431}, f"{where} is not described"
            return {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        method, path = operation
        described = self.document["paths"][path][method]["responses"].get(str(status))
        assert described is not None, f"{where} is not described"
        content: dict[str, Any] | None = described.get("content")
        return content
