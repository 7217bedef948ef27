"""Problem details (RFC 9457): every kind of error that a client can receive.

A problem says what went wrong and discloses nothing internal. `type` is stable, and is the path of
a description that the API serves.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2  # seconds
MAX_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name under /problems, status, title and default detail."""

    slug: str
    status: int
    title: str
    detail: str

    @property
    def type(self) -> str:
        """The problem's `type`, a path of this API."""
        return f"/problems/{self.slug}"


KINDS = {
    kind.slug: kind
    for kind in (
        Kind("bad-request", 400, "Bad request", "The request cannot be read."),
        Kind("unauthenticated", 401, "Unauthenticated", "A valid bearer token is required."),
        Kind("forbidden", 403, "Forbidden", "The caller may not do this."),
        Kind("not-found", 404, "Not found", "There is nothing here that the caller can see."),
        Kind("method-not-allowed", 405, "Method not allowed", "The path has other methods."),
        Kind("conflict", 409, "Conflict", "The request conflicts with rows of the caller."),
        Kind(
            "gone",
            410,
            "Gone",
            "The rows after the cursor are no longer available: read without it.",
        ),
        Kind("body-too-large", 413, "Body too large", "A body is limited to 64 KiB."),
        Kind(
            "target-too-long",
            414,
            "Target too long",
            "The path and query of a request are limited to 8 KiB.",
        ),
        Kind(
            "unsupported-media-type",
            415,
            "Unsupported media type",
            "A body must be sent as application/json, in UTF-8.",
        ),
        Kind("invalid", 422, "Invalid", "A value is not what the API accepts."),
        Kind(
            "head-too-large",
            431,
            "Request header fields too large",
            "A request may have 100 headers, and 16 KiB of them and its target.",
        ),
        Kind("internal", 500, "Internal error", "The error is logged under the request id."),
        Kind(
            "not-implemented",
            501,
            "Not implemented",
            "A header is not supported yet.",
        ),
        Kind("unavailable", 503, "Unavailable", "Try again after the time in Retry-After."),
        Kind("timeout", 504, "Timeout", "The database did not finish in time."),
    )
}

BY_STATUS = {kind.status: kind for kind in KINDS.values()}


class ProblemError(Exception):
    """Ends a request with a problem of this kind."""

    def __init__(self, slug: str, detail: str | None = None) -> None:
        super().__init__(slug)
        self.slug = slug
        self.detail = detail


class BadBodyError(HTTPException):
    """Ends a request whose body cannot be parsed; the client receives the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, "There was an error parsing the body")  # as FastAPI says it
        self.reason = reason


def problem(
    scope: Scope,
    kind: Kind,
    detail: str | None = None,
    *,
    headers: dict[str, str] | None = None,
    errors: Sequence[dict[str, str]] = (),
) -> Response:
    """A response with a problem. Behind a proxy, its type is a path of the proxy."""
    # For files below /docs, root_path is the path of their folder.
    root = scope.get("app_root_path", scope.get("root_path", ""))
    body: dict[str, Any] = {
        "type": f"{root}{kind.type}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.detail,
        "request_id": scope["state"]["request_id"],
    }
    if errors:
        body["errors"] = list(errors)
    if kind.status == KINDS["unavailable"].status:
        headers = {"Retry-After": str(RETRY_AFTER)} | (headers or {})
    # ASCII only: the name of a field may contain an unpaired surrogate, which UTF-8 cannot encode.
    return Response(json.dumps(body), kind.status, headers, MEDIA_TYPE)


# The headers of problems, for the OpenAPI description.
HEADERS = {
    401: ("WWW-Authenticate", "What is wrong with the token (RFC 6750, 3).", "string"),
    405: ("Allow", "The methods that the path has.", "string"),
    503: ("Retry-After", "After how many seconds to try again.", "integer"),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route for the OpenAPI document, with those that every route has."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    described: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*statuses, 405, 413, 414, 431, 500, 501}):
        described[status] = {"description": BY_STATUS[status].title, "content": content}
        if status in HEADERS:
            described[status] |= {"headers": header(*HEADERS[status])}
    return described


def header(name: str, description: str, kind: str = "string") -> dict[str, Any]:
    """A header of a response, for the OpenAPI document."""
    return {name: {"description": description, "schema": {"type": kind}}}
