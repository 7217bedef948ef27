"""The memory budget of a running server, with clients that do not read or do not finish."""

import socket
import time
from contextlib import ExitStack

import httpx2
import pytest

from api.http.server import memory_budget
from api.main import create_app
from api.settings import Settings
from tests.support.api import Client, RunningApi
from tests.support.bare_http import answers, connected, statuses
from tests.support.running_app import running_app

LIVE = b"GET /health/live HTTP/1.1\r\nHost: api\r\n\r\n"
HOLD = b"POST /api/tasks HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\n"


def received(wire: socket.socket, size: int) -> bytes:
    """Read until this number of bytes was received or the connection ended."""
    got = b""
    try:
        while len(got) < size and (data := wire.recv(65536)):
            got += data
    except ConnectionResetError:
        pass
    return got


def long_tasks(reader: Client, number: int) -> bytes:
    """Create this number of tasks, each 60 KB of JSON, and return a request for their list."""
    for _ in range(number):
        reader.create_task(title="long", description="\u0001" * 10_000)
    token = reader.headers["authorization"]
    return f"GET /api/tasks HTTP/1.1\r\nHost: api\r\nAuthorization: {token}\r\n\r\n".encode()


def deaf(url: str) -> socket.socket:
    """A connection with a small receive buffer."""
    at, wire = httpx2.URL(url), socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.settimeout(5)
    wire.connect((at.host, at.port or 0))
    return wire


@pytest.mark.parametrize("path", ["/api/tasks", "/static-offline-docs/swagger-ui-bundle.js"])
def test_client_that_does_not_read_is_cut_beyond_the_bound(
    api_settings: Settings, api: RunningApi, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """An unread response above the budget is cut off; within the budget it can be read later."""
    with (
        api.user() as reader,
        running_app(create_app(api_settings), send_buffer=4096) as url,
    ):
        asked = long_tasks(reader, 10).replace(b"/api/tasks", path.encode())
        whole = len(httpx2.get(f"{url}{path}", headers=reader.headers).content)
        for most, complete in ((whole * 2, True), (20_000, False)):
            monkeypatch.setattr(memory_budget, "MAX_HELD", most)
            with deaf(url) as wire:
                wire.sendall(asked)
                time.sleep(0.5)
                got = len(received(wire, whole))
                assert got >= whole if complete else got < whole // 2
            assert httpx2.get(f"{url}/health/live").status_code == 200


def test_little_that_is_left_unread_is_dropped_with_the_idle_connection(
    api_settings: Settings, api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short unread response is discarded once the connection was idle for the keep-alive time."""
    monkeypatch.setattr("api.http.server.http1_connection.MAX_DRAIN", 0.3)
    with (
        api.user() as reader,
        running_app(create_app(api_settings), send_buffer=4096, keep_alive=1) as url,
    ):
        asked = long_tasks(reader, 1)
        whole = len(reader.get("/api/tasks").content)
        assert 60_000 < whole < 64_000
        for seconds, complete in ((0.0, True), (2.5, False)):
            with deaf(url) as wire:
                wire.sendall(asked)
                time.sleep(seconds)
                assert (len(received(wire, whole)) >= whole) is complete


@pytest.mark.parametrize(
    "begun",
    [
        LIVE[:-2] + b"X-A: " + b"a" * 12_000,
        HOLD + b"Content-Length: 40000\r\n\r\n" + b"a" * 12_000,
        HOLD + b"Transfer-Encoding: chunked\r\n\r\n8000\r\n" + b"a" * 12_000,
        HOLD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nX-A: " + b"a" * 12_000,
    ],
    ids=["head", "body", "chunk", "trailer"],
)
def test_requests_that_do_not_end_are_cut_beyond_the_bound(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    """When incomplete requests exceed the budget, only the connection of the first is closed."""
    token = b"Authorization: Bearer " + api.issuer.token("held").encode() + b"\r\n"
    begun = begun.replace(b"Host: api\r\n", b"Host: api\r\n" + token)
    monkeypatch.setattr(memory_budget, "MAX_HELD", 3 * len(begun) + 3_000)
    with ExitStack() as stack:
        first, *others = (stack.enter_context(connected(api)) for _ in range(4))
        for wire in (first, *others[:-1]):
            wire.sendall(begun)
            time.sleep(0.1)
        first.settimeout(0)
        with pytest.raises(BlockingIOError):
            first.recv(1)
        first.settimeout(5)
        others[-1].sendall(begun)

        assert received(first, 1) == b""
        for wire in others:
            wire.settimeout(0)
            with pytest.raises(BlockingIOError):
                wire.recv(1)
            wire.settimeout(5)
        with connected(api) as wire:
            wire.sendall(LIVE)
            assert statuses(answers(wire, 1)) == [200]


def test_body_that_is_dropped_or_answered_is_not_held(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused body does not count, although it is large: the next requests are served."""
    monkeypatch.setattr(memory_budget, "MAX_HELD", 200_000)
    body = b"a" * 1_000_000
    with connected(api) as wire:
        wire.sendall(HOLD + b"Content-Length: %d\r\n\r\n" % len(body))
        assert statuses(answers(wire, 1)) == [413]
        wire.sendall(body)
        for _ in range(10):
            wire.sendall(HOLD + b"Content-Length: 40000\r\n\r\n" + body[:40_000])
            assert statuses(answers(wire, 1)) == [401]
