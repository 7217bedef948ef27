"""What clients can make the server hold in memory."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx2
import psutil  # type: ignore[import-untyped]
import pytest

from tests.cli.conftest import Serve, Serving

READERS, PIPELINED = 20, 5
TASKS, LONG = 200, "\x01" * 10_800  # 13 MB of JSON
SECONDS = 4.0
MOST = 1.3  # times what the server holds after it served the same page to one who reads

pytestmark = pytest.mark.usefixtures("used_folder")


@contextmanager
def connected(serving: Serving, readers: int) -> Iterator[list[socket.socket]]:
    """Connections that keep little of what they do not read."""
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.socket()) for _ in range(readers)]
        for reader in opened:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect(("127.0.0.1", serving.port))
        yield opened


@pytest.fixture
def serving(serve: Serve) -> Serving:
    """A server on which alice has long tasks."""
    serving = serve(LOG_LEVEL="warning").wait_until_ready()
    headers = {"Authorization": f"Bearer {serving.token}"}
    with httpx2.Client(base_url=serving.url, headers=headers, trust_env=False) as client:
        for _ in range(TASKS):
            made = client.post("/api/tasks", json={"title": "long", "description": LONG})
            assert made.status_code == 201
        for _ in range(READERS):
            assert len(client.get("/api/tasks?limit=200").content) > 900_000
    return serving


def test_readers_that_do_not_read_cost_little_memory(serving: Serving) -> None:
    """Twenty clients ask for page after page and read none: the server holds a bounded part."""
    worker = psutil.Process(serving.process.pid)
    before = most = worker.memory_info().rss
    asked = (
        b"GET /api/tasks?limit=200 HTTP/1.1\r\nhost: api\r\nauthorization: Bearer "
        + serving.token.encode()
        + b"\r\n\r\n"
    )
    with connected(serving, READERS) as readers:
        for reader in readers:
            reader.sendall(asked * PIPELINED)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            most = max(most, worker.memory_info().rss)
            time.sleep(0.02)
        assert len(serving.titles()) > 0  # others are served meanwhile

    assert most < MOST * before, f"{before / 1e6:.0f} MB before, {most / 1e6:.0f} MB at most"


def test_connections_of_one_address_are_bounded_by_the_setting(serve: Serve) -> None:
    """The bound of the environment is the server's."""
    serving = serve(CONNECTIONS_PER_ADDRESS="2").wait_until_ready()
    with connected(serving, 2):
        deadline = time.monotonic() + SECONDS
        while httpx2.get(f"{serving.url}/health/live").status_code != 503:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    assert serving.wait_until_ready().stop() == 0
    assert "127.0.0.1 has as many as CONNECTIONS_PER_ADDRESS allows, 2." in serving.output
