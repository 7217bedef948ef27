"""Exception handlers: which exception, and which SQLSTATE, becomes which kind of problem."""

import logging
from traceback import format_tb

import psycopg2
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.auth import AuthenticationError, IssuerUnavailableError
from api.http.constraint_violations import REFERRED_TO
from api.http.problems import (
    BY_STATUS,
    KINDS,
    MAX_FIELDS,
    BadBodyError,
    Kind,
    ProblemError,
    problem,
)

log = logging.getLogger("rowlock")

MAX_FIELD_NAME = 100

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
    "42501": "forbidden",  # a policy's WITH CHECK; see REFUSALS for a missing grant
    "53": "unavailable",  # insufficient resources
    "55P03": "unavailable",  # lock not available within lock_timeout
    "57014": "timeout",  # query cancelled by statement_timeout
    "57P": "unavailable",  # the server shuts down or starts up
}

# A policy that refuses a row and a missing grant have the same SQLSTATE, and messages are
# translated. The name of the reporting function in the server's source is not (field F of an
# ErrorResponse: https://www.postgresql.org/docs/current/protocol-error-fields.html). These two
# functions report a refusal by WITH CHECK and by RAISE in a trigger; any other one means an error
# in Rowlock.
REFUSALS = ("ExecWithCheckOptions", "exec_stmt_raise")


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
    """Register the handlers that turn every error into a problem."""
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
    """Every method of a path (RFC 9110, 15.5.6); Starlette names those of one route only."""
    found = [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
    return [*found, "HEAD"] if "GET" in found else found  # api/http/middleware.py answers it


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
    # Only the first line: the others quote the statement and the row, which are users' text.
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
