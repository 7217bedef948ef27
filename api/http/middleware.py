"""Middleware for every request: a request id, limits on the body, and a line in the access log."""

import logging
import random
import re
import time
from asyncio import CancelledError
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import BY_STATUS, Kind, problem

NO_STORE = (b"cache-control", b"no-store")
NO_SNIFFING = (b"x-content-type-options", b"nosniff")

log = logging.getLogger("rowlock")
access = logging.getLogger("rowlock.access")

MAX_BODY = 64 * 1024  # bytes
# It identifies a request and protects nothing, so it may be predictable.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
MAX_MEDIA_TYPE = 200  # bytes: the pattern below took 0.7 ms for 16,000 semicolons
# JSON is UTF-8 (RFC 8259, 8.1), so a parameter with another charset is a mistake.
JSON = re.compile(
    r"application/json\s*(;(?!\s*charset=)[^;]*|;\s*charset=\"?utf-8\"?\s*)*", re.IGNORECASE
)

# A client that sends one of these headers expects it to be obeyed. If the API ignored it, it could
# make a change that the client wanted to prevent. So the request is refused until the header is
# supported (decision 23).
PRECONDITIONS = {b"if-match": "If-Match", b"if-unmodified-since": "If-Unmodified-Since"}
# These matter only for requests that write, so GET and HEAD are not refused (RFC 9110, 9.2.1).
OF_WRITES = {
    b"if-none-match": "If-None-Match",
    b"idempotency-key": "Idempotency-Key",
    b"x-http-method-override": "X-HTTP-Method-Override",
}
UNSUPPORTED = PRECONDITIONS | OF_WRITES
CODED = "A body must be sent without Content-Encoding, or with identity."
UNSUPPORTED_NAMES = frozenset(UNSUPPORTED)  # one test shows that a request has none, as usual


class RequestMiddleware:
    """ASGI middleware. An exception that no handler has caught becomes a 500 problem here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        started = time.perf_counter()
        # Of repeated headers the first one counts, as in Starlette.
        headers = dict(reversed(scope["headers"]))
        own_id = request_id(headers)
        scope.setdefault("state", {})["request_id"] = own_id
        # HEAD is handled as GET; uvicorn does not send the content (RFC 9110, 9.3.2).
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        status = 0
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise HTTPException(413)
            return message

        async def marked_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                sent = message["headers"]
                if not any(name == b"cache-control" for name, _ in sent):
                    sent.append(NO_STORE)
                sent += (NO_SNIFFING, (b"x-request-id", own_id.encode()))
            await send(message)

        try:
            if refusal := _refusal(scope["method"], headers):
                # Sent only if a content coding was refused (RFC 9110, 15.5.16).
                accepted = {"Accept-Encoding": "identity"} if CODED in refusal else None
                await problem(scope, *refusal, headers=accepted)(scope, receive, marked_send)
            else:
                await self.app(inner, limited_receive, marked_send)
        except (Exception, CancelledError) as error:
            # A stopping server cancels requests after its grace period.
            cancelled = isinstance(error, CancelledError)
            log.exception("request %s failed", own_id, exc_info=not cancelled)
            if status:
                raise
            kind = BY_STATUS[503 if cancelled else 500]
            await problem(scope, kind)(scope, receive, marked_send)
        finally:
            # The path is percent-encoded, so it cannot break the line. The query string is not
            # logged: a client may have put a token into it.
            path = scope.get("raw_path", b"").partition(b"?")[0].decode("ascii", "replace")
            milliseconds = (time.perf_counter() - started) * 1000
            access.info("%s %s %d %.1f ms %s", scope["method"], path, status, milliseconds, own_id)


def request_id(headers: Mapping[bytes, bytes]) -> str:
    """The client's own id if it has only harmless characters, or a new one."""
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    return given if REQUEST_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"


def _refusal(method: str, headers: Mapping[bytes, bytes]) -> tuple[Kind, str | None] | None:
    """The reason to refuse a request because of its headers, or None."""
    if not UNSUPPORTED_NAMES.isdisjoint(headers):
        safe = method in {"GET", "HEAD"}
        for name, written in (PRECONDITIONS if safe else UNSUPPORTED).items():
            if name in headers:
                detail = f"{written} is not supported yet: send the request without it."
                return BY_STATUS[501], detail
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > MAX_BODY:
        return BY_STATUS[413], None
    has_body = length != b"0" or b"transfer-encoding" in headers
    if method in {"POST", "PUT", "PATCH"} and has_body:
        given = headers.get(b"content-type", b"").strip()
        if len(given) > MAX_MEDIA_TYPE or not JSON.fullmatch(given.decode("latin-1")):
            return BY_STATUS[415], None
        if headers.get(b"content-encoding", b"").strip().lower() not in (b"", b"identity"):
            return BY_STATUS[415], CODED
    return None
