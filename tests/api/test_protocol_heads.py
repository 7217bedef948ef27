"""Heads that two servers in a row could read differently, as bytes on a plain connection."""

import socket
import time

import httpx2
import pytest

from tests.support.api import RunningApi

HOST = b"Host: api\r\n"
JSON = b"Content-Type: application/json\r\n"
POST = b"POST /api/tasks HTTP/1.1\r\n" + HOST + JSON


def first_line(api: RunningApi, sent: bytes) -> bytes:
    """The status line that is answered."""
    url = httpx2.URL(api.url)
    with socket.create_connection((url.host, url.port or 0), timeout=5) as wire:
        wire.sendall(sent)
        return wire.recv(65536).partition(b"\r\n")[0]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /health/live HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET /health/live HTTP/1.0\r\n\r\n",
    ],
    ids=["name", "IPv6", "empty", "HTTP/1.0 without Host"],
)
def test_valid_head_is_answered(api: RunningApi, sent: bytes) -> None:
    """A request with one Host, or a health probe of HTTP/1.0 without one, is served."""
    assert first_line(api, sent) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /health/live\r\n\r\n",
        b"GET /health/live HTTP/0.9\r\n" + HOST + b"\r\n",
        b"GET /health/live HTTP/2.0\r\n" + HOST + b"\r\n",
        b"GET /health/live HTTP/1.1\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
        b"GET /health/live HTTP/1.0\r\n" + HOST + HOST + b"\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: a/b\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: user@api\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost : api\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\n" + HOST + b"X-A: a\r\n b\r\n\r\n",
        b"GET /health/live HTTP/1.1\n" + HOST + b"\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: gzip\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=[
        "no version", "HTTP/0.9", "HTTP/2.0", "no Host", "two Hosts", "two Hosts of 1.0",
        "path in Host", "user in Host", "space before colon", "folded line", "bare LF",
        "gzip and chunked", "gzip", "chunked twice", "chunked and a length", "two lengths",
        "chunked of 1.0",
    ],
)  # fmt: skip
def test_ambiguous_head_is_400(api: RunningApi, sent: bytes) -> None:
    """What RFC 9112 forbids is 400, and the connection ends."""
    assert first_line(api, sent) == b"HTTP/1.1 400 Bad Request"


PAGES = 10  # asked for at once: the kernel holds some of them


def test_client_that_never_reads_is_cut(api: RunningApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection whose response is not read within the time is ended."""
    monkeypatch.setattr("api.protocol.MAX_DRAIN", 0.3)
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
            time.sleep(1.5)  # it reads nothing for that long
            received = 0
            try:
                while data := wire.recv(65536):
                    received += len(data)
            except ConnectionResetError:
                pass

    assert received < PAGES * len(page.content)
