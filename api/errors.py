"""Every error a client can meet: problem details (RFC 9457), and which SQLSTATE becomes which.

A problem says what went wrong and nothing of the inside. `type` is stable and can be looked up:
the API serves a description at that path.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from traceback import format_tb
from typing import Any

import psycopg2
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from api.auth import AuthenticationError, IssuerUnavailableError
from api.violations import REFERRED_TO

log = logging.getLogger("rowlock")

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2  # seconds
MAX_FIELDS = 20
MAX_FIELD_NAME = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its place under /problems, status, title, and what a client can do."""

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
        Kind("conflict", 409, "Conflict", "The caller has rows that forbid this."),
        Kind("gone", 410, "Gone", "What the cursor leads to is no longer there: read without it."),
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

# The longest prefix decides: https://www.postgresql.org/docs/current/errcodes-appendix.html
SQLSTATES = {
    "08": "unavailable",  # connection exception
    "22": "invalid",  # data exception
    "23001": "conflict",  # restrict violation: other rows refer to this one
    "23502": "invalid",  # not null violation
    "23503": "invalid",  # foreign key violation; of a DELETE, as 23001
    "23505": "conflict",  # unique violation
    "23514": "invalid",  # check violation
    "23P01": "conflict",  # exclusion violation
    "25006": "unavailable",  # read-only transaction: a standby, or a setting of role or database
    "40001": "unavailable",  # serialization failure, after retries
    "40P01": "unavailable",  # deadlock, after retries
    "42501": "forbidden",  # a policy's WITH CHECK; of a missing grant see REFUSALS
    "53": "unavailable",  # insufficient resources
    "55P03": "unavailable",  # lock not available within lock_timeout
    "57014": "timeout",  # query cancelled by statement_timeout
    "57P": "unavailable",  # the server shuts down or starts up
}

# A policy that refuses a row and a grant that is missing have the same SQLSTATE, and messages
# are translated. The function of the server's source that reports it is not (F of an ErrorResponse:
# https://www.postgresql.org/docs/current/protocol-error-fields.html). These two refuse on purpose,
# by WITH CHECK and by RAISE in a trigger; every other one reports a mistake of ours.
REFUSALS = ("ExecWithCheckOptions", "exec_stmt_raise")


class ProblemError(Exception):
    """Ends a request with a problem of this kind."""

    def __init__(self, slug: str, detail: str | None = None) -> None:
        super().__init__(slug)
        self.slug = slug
        self.detail = detail


class BadBodyError(HTTPException):
    """Ends a request whose body cannot be read; the client reads the reason."""

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
    """A problem of a request, as a response. Behind a proxy, its type is a path there."""
    # Of files below /docs, root_path is the path of their folder.
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
    # ASCII only: a field's name may hold what UTF-8 cannot express.
    return Response(json.dumps(body), kind.status, headers, MEDIA_TYPE)


# The headers of problems, for the OpenAPI description.
HEADERS = {
    401: ("WWW-Authenticate", "What is wrong with the token (RFC 6750, 3).", "string"),
    405: ("Allow", "The methods that the path has.", "string"),
    503: ("Retry-After", "After how many seconds to try again.", "integer"),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for its OpenAPI description, with those that any may answer."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    described: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*statuses, 405, 413, 414, 431, 500, 501}):
        described[status] = {"description": BY_STATUS[status].title, "content": content}
        if status in HEADERS:
            described[status] |= {"headers": header(*HEADERS[status])}
    return described


def header(name: str, description: str, kind: str = "string") -> dict[str, Any]:
    """A header of a response, for the OpenAPI description."""
    return {name: {"description": description, "schema": {"type": kind}}}


def kind_of(error: psycopg2.Error) -> Kind:
    """The kind of problem that a database error becomes."""
    code = error.pgcode
    if code is None:
        broken = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
        return KINDS["unavailable" if broken else "internal"]
    if code == "42501" and error.diag.source_function not in REFUSALS:
        return KINDS["internal"]
    for length in range(len(code), 1, -1):
        if code[:length] in SQLSTATES:
            return KINDS[SQLSTATES[code[:length]]]
    return KINDS["internal"]


def install_handlers(app: FastAPI) -> None:
    """Turn every error into a problem."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(AuthenticationError, _on_authentication)
    app.add_exception_handler(psycopg2.Error, _on_database)
    app.add_exception_handler(DBAPIError, _on_database)
    app.add_exception_handler(PoolTimeoutError, _on_busy)


def _id(request: Request) -> str:
    return str(request.state.request_id)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 - how the handler is registered
    return problem(request.scope, KINDS[error.slug], error.detail)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how the handler is registered
    kind = BY_STATUS.get(error.status_code, KINDS["bad-request"])
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(_methods(request))
    detail = error.reason if isinstance(error, BadBodyError) else None
    return problem(request.scope, kind, detail, headers=headers)


def _methods(request: Request) -> list[str]:
    """Every method of a path (RFC 9110, 15.5.6), where the router names those of one route."""
    found = [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
    return [*found, "HEAD"] if "GET" in found else found  # api/gate.py answers it


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - how the handler is registered
    found = error.errors()
    if found and found[0]["type"] == "json_invalid":
        return problem(request.scope, KINDS["bad-request"], "The body is not valid JSON.")
    fields = [
        {
            "place": str(item["loc"][0]),
            "field": ".".join(str(part) for part in item["loc"][1:])[:MAX_FIELD_NAME],
            "detail": item["msg"].removeprefix("Value error, "),
        }
        for item in found[:MAX_FIELDS]
    ]
    return problem(request.scope, KINDS["invalid"], errors=fields)


async def _on_authentication(request: Request, error: Exception) -> Response:
    assert isinstance(error, AuthenticationError)  # noqa: S101 - how the handler is registered
    if isinstance(error, IssuerUnavailableError):
        return problem(request.scope, KINDS["unavailable"], str(error))
    challenge = {"WWW-Authenticate": error.challenge} if error.challenge else None
    return problem(request.scope, BY_STATUS[error.status], str(error), headers=challenge)


async def _on_database(request: Request, error: Exception) -> Response:
    cause = error.orig if isinstance(error, DBAPIError) else error
    assert isinstance(cause, psycopg2.Error)  # noqa: S101 - there is no other driver
    kind = kind_of(cause)
    # The first line alone: the others quote the statement and the row, which are users' words.
    reason = str(cause).strip().partition("\n")[0]
    if kind is KINDS["unavailable"]:
        log.warning("request %s: database unavailable: %s", _id(request), reason)
    elif kind.status >= KINDS["internal"].status:
        where = "".join(format_tb(error.__traceback__))
        log.error(
            "request %s: database error %s: %s\n%s", _id(request), cause.pgcode, reason, where
        )
    if cause.pgcode == "23001" or (cause.pgcode == "23503" and request.method == "DELETE"):
        return problem(request.scope, KINDS["conflict"], REFERRED_TO)
    if isinstance(cause, psycopg2.IntegrityError):
        said = await request.app.state.services.constraints.explain(cause)
        return problem(request.scope, kind, said.detail, errors=said.errors)
    return problem(request.scope, kind)


async def _on_busy(request: Request, _: Exception) -> Response:
    return problem(request.scope, KINDS["unavailable"], "Every database connection is in use.")
