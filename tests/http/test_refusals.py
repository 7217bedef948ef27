"""A refusal by the HTTP server is a problem, comes in order, and closes the connection."""

import json
import logging
import re
import time

import pytest

from api.http.server.pipelining import MAX_UNANSWERED
from api.http.server.request_size import MAX_FIELDS, MAX_HEAD, MAX_TARGET
from tests.support.api import RunningApi, exchange
from tests.support.bare_http import answered, answers, connected, everything, rest, statuses
from tests.support.contract import PROBLEM

HOST = b"Host: api\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\n" + HOST + b"\r\n"
POST = (
    b"POST /api/tasks HTTP/1.1\r\n"
    + HOST
    + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
)
NO_HOST = "A request of HTTP/1.1 must have a Host header."
BAD_CHUNK = "The request is not valid HTTP: Invalid character in chunk size."


def test_refused_head_is_answered_as_every_error_is(
    api: RunningApi, caplog: pytest.LogCaptureFixture
) -> None:
    """The server's problem has the members and headers of all problems, and its id is logged."""
    with caplog.at_level(logging.INFO, "rowlock.access"):
        status, headers, body = exchange(api.url, b"GET / HTTP/1.1\r\n\r\n")
    given = headers["x-request-id"]

    assert re.fullmatch("[0-9a-f]{32}", given)
    assert status == 400
    assert json.loads(body) == {
        "type": "/problems/bad-request",
        "title": "Bad request",
        "status": 400,
        "detail": NO_HOST,
        "request_id": given,
    }
    assert {name: headers.get(name) for name in headers if name not in ("date", "server")} == {
        "content-type": PROBLEM,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": given,
        "connection": "close",
    }
    assert f"refused 400 {given} {NO_HOST}" in [r.getMessage() for r in caplog.records]


def test_refusal_of_head_has_no_content(api: RunningApi) -> None:
    """The response to a refused HEAD request has no content (RFC 9110, 9.3.2)."""
    head, _, content = everything(api, b"HEAD / HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")

    assert (statuses(head), content) == ([400], b"")
    assert int(re.findall(rb"content-length: (\d+)", head)[0]) > 0


LARGE = "A request may have 100 headers, and 16 KiB of them and its target."
LONG = "The path and query of a request are limited to 8 KiB."
CHUNKED = b"GET /health/live HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n"


def line(size: int) -> bytes:
    """A header line of this number of bytes."""
    return b"X-A: " + b"a" * (size - 7) + b"\r\n"


def of_size(size: int) -> bytes:
    """A head whose target and header lines have this number of bytes together."""
    start = b"GET /health/live HTTP/1.1\r\n" + HOST
    return start + line(size - len(HOST) - len("/health/live")) + b"\r\n"


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        (of_size(MAX_HEAD), of_size(MAX_HEAD + 1)),
        (of_size(MAX_HEAD), of_size(MAX_HEAD + 40)[:-4]),
        (
            LIVE[:-2] + b"a:\r\n" * (MAX_FIELDS - 1) + b"\r\n",
            LIVE[:-2] + b"a:\r\n" * MAX_FIELDS + b"\r\n",
        ),
        (
            CHUNKED + b"\r\n0\r\n" + b"a:\r\n" * MAX_FIELDS + b"\r\n",
            CHUNKED + b"\r\n0\r\n" + b"a:\r\n" * (MAX_FIELDS + 1) + b"\r\n",
        ),
        (
            CHUNKED + b"\r\n0\r\n" + line(MAX_HEAD) + b"\r\n",
            CHUNKED + b"\r\n0\r\n" + line(MAX_HEAD + 1) + b"\r\n",
        ),
        (
            CHUNKED + b"\r\n0\r\n" + line(MAX_HEAD) + b"\r\n",
            CHUNKED + b"\r\n0\r\n" + line(MAX_HEAD + 40)[:-2],
        ),
    ],
    ids=["size", "unfinished", "headers", "trailers", "trailers' size", "unfinished trailer"],
)
def test_head_beyond_the_bounds_is_431(api: RunningApi, within: bytes, beyond: bytes) -> None:
    """Headers or trailers above the limits on number or size are 431; at the limits, 200."""
    assert exchange(api.url, within)[0] == 200
    assert answered(api, beyond) == (431, LARGE)

    with connected(api) as wire:  # the limits are for each request separately
        wire.sendall(within)
        assert statuses(answers(wire, 1)) == [200]
        wire.sendall(within)
        assert statuses(answers(wire, 1)) == [200]


def test_target_beyond_the_bound_is_414(api: RunningApi) -> None:
    """A target of 8 KiB is accepted, in one part or several; a longer one is refused."""
    longest = b"GET /health/live?".ljust(MAX_TARGET + 4, b"a")
    assert exchange(api.url, longest + b" HTTP/1.1\r\n" + HOST + b"\r\n")[0] == 200
    assert answered(api, longest + b"a HTTP/1.1\r\n" + HOST + b"\r\n") == (414, LONG)

    with connected(api) as wire:
        for part in (longest[:5000], longest[5000:], b"a"):
            wire.sendall(part)
            time.sleep(0.05)  # so that the server reads each part separately
        assert statuses(rest(wire)) == [414]


def test_refusal_comes_after_earlier_responses(api: RunningApi) -> None:
    """If a pipelined request is refused, the responses to earlier requests come first."""
    assert statuses(everything(api, LIVE * 3 + b"GET / HTTP/1.1\r\n\r\n" + LIVE)) == [
        200, 200, 200, 400,
    ]  # fmt: skip
    broken = POST + b"\r\nzz\r\n"
    assert statuses(everything(api, LIVE * 2 + broken)) == [200, 200, 400]
    assert statuses(everything(api, LIVE[:-2] + b"Connection: close\r\n\r\n" + b"x")) == [200]


def test_pipelined_requests_are_answered_in_order(api: RunningApi) -> None:
    """A connection may have MAX_UNANSWERED requests in progress; responses come in order."""
    with connected(api) as wire:
        for turn in range(3):
            ids = [b"%d.%d" % (turn, number) for number in range(MAX_UNANSWERED)]
            wire.sendall(b"".join(LIVE[:-2] + b"X-Request-ID: " + one + b"\r\n\r\n" for one in ids))
            received = answers(wire, MAX_UNANSWERED)
            assert statuses(received) == [200] * MAX_UNANSWERED
            assert re.findall(rb"x-request-id: (\S+)", received) == ids


def test_one_request_too_many_ends_the_connection(api: RunningApi) -> None:
    """The first request above MAX_UNANSWERED is 503; only earlier requests are served."""
    served = [200] * MAX_UNANSWERED
    for more in (1, 300):  # sent at once, so that the server reads all of them before it closes
        received = everything(api, LIVE * (MAX_UNANSWERED + more))
        assert statuses(received) == [*served, 503]
        assert received.count(b"At most 16 requests of a connection may be unanswered.") == 1


def test_bodies_of_pipelined_requests_are_read(api: RunningApi) -> None:
    """Pipelined requests are served, even if a body arrives in two parts."""
    token = b"Authorization: Bearer " + api.issuer.token("later").encode() + b"\r\n"
    task = b'{"title": "a"}'
    length = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(task)
    create = b"POST /api/tasks HTTP/1.1\r\n" + HOST + token + length + task
    with connected(api) as wire:
        wire.sendall(create * 8 + create[:-5])
        for _ in range(20):
            received = answers(wire, 1)
            wire.sendall(create[-5:] + create * (len(statuses(received)) - 1) + create[:-5])
            assert set(statuses(received)) == {201}


def test_broken_body_is_answered_once(api: RunningApi) -> None:
    """A malformed body is 400, but if the request was already answered, no response follows."""
    token = b"Authorization: Bearer " + api.issuer.token("broken").encode() + b"\r\n"
    assert answered(api, POST + token + b"\r\nzz\r\n") == (400, BAD_CHUNK)

    chunks = b"\r\n" + b"1\r\n \r\n" * 1001
    assert answered(api, POST + token + chunks) == (400, "A body may have at most 1000 chunks.")

    with connected(api) as wire:
        wire.sendall(POST + b"\r\n")
        assert statuses(wire.recv(65536)) == [401]
        wire.sendall(b"zz\r\n")
        assert rest(wire) == b""
