"""Responses of the server itself, for requests that do not reach the application."""

from collections.abc import Iterable

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from api.http.middleware import NO_SNIFFING, NO_STORE, request_id
from api.http.problems import Kind, problem


def refusal(root_path: str, kind: Kind, detail: str | None = None) -> Response:
    """A problem that closes the connection, with the headers that the middleware adds."""
    given = request_id({})
    scope = {"root_path": root_path, "state": {"request_id": given}}
    response = problem(scope, kind, detail)
    closing = (b"connection", b"close")
    response.raw_headers += (NO_STORE, NO_SNIFFING, (b"x-request-id", given.encode()), closing)
    return response


def as_bytes(
    response: Response, headers: Iterable[tuple[bytes, bytes]], *, head_only: bool
) -> bytes:
    """A response as bytes, with these headers first; without content if it answers HEAD."""
    lines = [name + b": " + value + b"\r\n" for name, value in (*headers, *response.raw_headers)]
    body = b"" if head_only else bytes(response.body)
    return b"".join([STATUS_LINE[response.status_code], *lines, b"\r\n", body])
