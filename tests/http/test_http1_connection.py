"""Limits of an HTTP/1.1 connection, before a request is complete."""

import logging
import socket
import struct
import time
from collections.abc import Iterator

import httpx2
import pytest

from api.http.server.request_size import MAX_HEAD
from tests.support.api import RunningApi

LIVE = b"GET /health/live HTTP/1.1\r\nhost: api\r\n"


@pytest.fixture
def wire(api: RunningApi) -> Iterator[socket.socket]:
    """A plain connection to the API."""
    url = httpx2.URL(api.url)
    with socket.create_connection((url.host, url.port or 0), timeout=10) as opened:
        yield opened


def answer(wire: socket.socket) -> bytes:
    """The first line of the response, or nothing if the connection ends without one."""
    try:
        return wire.recv(65536).partition(b"\r\n")[0]
    except ConnectionResetError:
        return b""


def test_endless_headers_end_the_connection(wire: socket.socket) -> None:
    """Endless headers get 431 soon after the limit, and the connection is closed."""
    wire.sendall(LIVE)
    sent = 0
    try:
        while sent < 500 * MAX_HEAD:
            wire.sendall(b"x-filler: " + b"a" * 8000 + b"\r\n")
            sent += 8000
    except OSError:
        pass

    assert sent < 500 * MAX_HEAD
    assert answer(wire) in {b"HTTP/1.1 431 Request Header Fields Too Large", b""}


def test_headers_within_the_bound_are_read(wire: socket.socket) -> None:
    """Headers of half the limit are accepted, in each request of a connection."""
    head = LIVE + b"x-filler: " + b"a" * (MAX_HEAD // 2) + b"\r\n\r\n"
    for _ in range(3):  # together above the limit, which is for a single request
        wire.sendall(head)
        assert answer(wire) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        LIVE,
        LIVE + b"\r\n" + LIVE,
        LIVE.replace(b"GET", b"POST")
        + b"content-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    ],
    ids=["nothing", "half a head", "half a second head", "half a body"],
)
def test_request_that_never_ends_is_cut(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    """A connection is closed if a request is not complete in time."""
    monkeypatch.setattr("api.http.server.http1_connection.MAX_SECONDS", 0.3)
    url = httpx2.URL(api.url)
    with socket.create_connection((url.host, url.port or 0), timeout=3) as slow:
        slow.sendall(sent)
        started = time.monotonic()
        while answer(slow):
            pass

        assert 0.2 < time.monotonic() - started < 2


def test_request_in_time_is_served_for_as_long_as_it_takes(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only incomplete requests have a time limit: between requests the connection stays open."""
    monkeypatch.setattr("api.http.server.http1_connection.MAX_SECONDS", 0.3)
    url = httpx2.URL(api.url)
    with socket.create_connection((url.host, url.port or 0), timeout=3) as kept:
        for _ in range(2):
            kept.sendall(LIVE + b"\r\n")
            assert answer(kept) == b"HTTP/1.1 200 OK"
            time.sleep(0.6)


def test_trailer_is_no_header(api: RunningApi, wire: socket.socket) -> None:
    """A token is accepted in a header, but not in the trailer of a chunked body."""
    token = api.issuer.token("trailing").encode()
    start = (
        b"POST /api/tasks HTTP/1.1\r\nhost: api\r\ncontent-type: application/json\r\n"
        b"transfer-encoding: chunked\r\n"
    )
    body = b'\r\ne\r\n{"title": "a"}\r\n0\r\n'
    bearer = b"authorization: Bearer " + token + b"\r\n"

    wire.sendall(start + body + bearer + b"\r\n")
    assert answer(wire) == b"HTTP/1.1 401 Unauthorized"
    wire.sendall(start + bearer + body + b"\r\n")
    assert answer(wire) == b"HTTP/1.1 201 Created"


@pytest.mark.parametrize(
    ("chunks", "status"), [(1_000, b"201 Created"), (1_001, b"400 Bad Request")]
)
def test_body_in_absurdly_many_chunks_is_400(
    api: RunningApi, wire: socket.socket, chunks: int, status: bytes
) -> None:
    """A body may have 1,000 chunks; one more is 400.

    To parse 10,000 chunks of one byte takes about 3 ms of the event loop.
    """
    head = (
        b"POST /api/tasks HTTP/1.1\r\nhost: api\r\ncontent-type: application/json\r\n"
        b"authorization: Bearer " + api.issuer.token("chunks").encode() + b"\r\n"
        b"transfer-encoding: chunked\r\n\r\n"
    )
    body = b'{"title": "a"}'
    parts = b"e\r\n" + body + b"\r\n" + b"1\r\n \r\n" * (chunks - 2) + b"0\r\n\r\n"

    for _ in range(2):  # the limit is for each request separately
        wire.sendall(head + parts)
        assert answer(wire) == b"HTTP/1.1 " + status
        if status.startswith(b"400"):
            break


def test_client_that_leaves_is_no_error(api: RunningApi, caplog: pytest.LogCaptureFixture) -> None:
    """A client that sends many requests and disconnects causes no traceback in the log."""
    url = httpx2.URL(api.url)
    token = api.issuer.token("leaving").encode()
    request = (
        b"GET /api/tasks HTTP/1.1\r\nhost: api\r\nauthorization: Bearer " + token + b"\r\n\r\n"
    )
    reset = struct.pack("ii", 1, 0)  # close() then ends the connection at once
    for _ in range(20):
        with socket.create_connection((url.host, url.port or 0), timeout=10) as leaving:
            leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            leaving.sendall(request * 20)
            assert answer(leaving) == b"HTTP/1.1 200 OK"

    with api.user() as staying:
        assert staying.tasks() == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


PAGES = 10  # requested at once, because the kernel buffers the first responses


def test_client_that_never_reads_is_cut(api: RunningApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection is closed if the client does not read its response within MAX_DRAIN."""
    monkeypatch.setattr("api.http.server.http1_connection.MAX_DRAIN", 0.3)
    with api.user() as reader:
        for _ in range(50):
            reader.create_task(title="long", description="\u0001" * 10_000)
        page = reader.get("/api/tasks")
        assert len(page.content) > 900_000

        url = httpx2.URL(api.url)
        token = reader.headers["authorization"]
        head = f"GET /api/tasks HTTP/1.1\r\nHost: api\r\nAuthorization: {token}"
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.settimeout(5)
            wire.connect((url.host, url.port or 0))
            wire.sendall((head.encode() + b"\r\n\r\n") * PAGES)
            time.sleep(1.5)  # the client reads nothing in this time
            received = 0
            try:
                while data := wire.recv(65536):
                    received += len(data)
            except ConnectionResetError:
                pass

    assert received < PAGES * len(page.content)
