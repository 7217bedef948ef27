"""How much memory of the server clients can occupy."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import httpx2
import psutil  # type: ignore[import-untyped]
import pytest

from api.settings.types import DEFAULT_CONNECTIONS
from tests.cli.conftest import Serve, Serving

READERS, PIPELINED = 20, 5
CONNECTIONS = DEFAULT_CONNECTIONS - 5  # other clients are served in the remaining time
SMALL = b"GET / HTTP/1.1\r\nhost:\r\n\r\n" * 10_000  # in one read of the socket
TASKS, LONG = 200, "\x01" * 10_800  # 13 MB of JSON
SECONDS = 4.0
MOST = 1.3  # times the memory that the server uses after ordinary requests

pytestmark = pytest.mark.usefixtures("used_folder")


@contextmanager
def connected(serving: Serving, readers: int) -> Iterator[list[socket.socket]]:
    """Connections with small receive buffers."""
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.socket()) for _ in range(readers)]
        for reader in opened:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect(("127.0.0.1", serving.port))
        yield opened


@pytest.fixture
def ready(serve: Serve) -> Serving:
    """A server that has already answered as many concurrent requests as the test sends."""
    serving = serve(LOG_LEVEL="warning").wait_until_ready()
    for _ in range(READERS):
        serving.titles()
    return serving


@pytest.fixture
def serving(ready: Serving) -> Serving:
    """A server on which alice has long tasks."""
    headers = {"Authorization": f"Bearer {ready.token}"}
    with httpx2.Client(base_url=ready.url, headers=headers, timeout=30, trust_env=False) as client:
        for _ in range(TASKS):
            made = client.post("/api/tasks", json={"title": "long", "description": LONG})
            assert made.status_code == 201
        for _ in range(READERS):
            assert len(client.get("/api/tasks?limit=200").content) > 900_000
    return ready


@contextmanager
def little_memory(serving: Serving) -> Iterator[None]:
    """Measure the memory for some seconds, while other clients are served."""
    worker = psutil.Process(serving.process.pid)
    before = most = worker.memory_info().rss
    yield
    until = time.monotonic() + SECONDS

    def serve_others() -> None:
        while time.monotonic() < until:
            serving.titles()
            time.sleep(0.1)

    with ThreadPoolExecutor(1) as pool:
        served = pool.submit(serve_others)
        while not served.done():
            most = max(most, worker.memory_info().rss)
            time.sleep(0.01)
        served.result()

    assert most < MOST * before, f"{before / 1e6:.0f} MB before, {most / 1e6:.0f} MB at most"


def test_readers_that_do_not_read_cost_little_memory(serving: Serving) -> None:
    """Twenty clients request page after page and read none: the server's memory is bounded."""
    asked = (
        b"GET /api/tasks?limit=200 HTTP/1.1\r\nhost: api\r\nauthorization: Bearer "
        + serving.token.encode()
        + b"\r\n\r\n"
    )
    with connected(serving, READERS) as readers, little_memory(serving):
        for reader in readers:
            reader.sendall(asked * PIPELINED)


@pytest.mark.parametrize("reads", [True, False])
def test_thousands_of_pipelined_requests_cost_little_memory(ready: Serving, *, reads: bool) -> None:
    """Twenty clients send small requests continuously, and read all responses or none."""
    until = time.monotonic() + SECONDS

    def flood() -> None:
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", ready.port)) as client:
                client.settimeout(SECONDS / 4)
                client.sendall(SMALL)
                while reads and client.recv(65536):
                    pass
                while not reads and time.monotonic() < until:
                    client.sendall(SMALL)

    with ThreadPoolExecutor(READERS) as pool, little_memory(ready):
        for _ in range(READERS):
            pool.submit(flood)


HEAD = b"POST /api/tasks HTTP/1.1\r\nhost: api\r\ncontent-type: application/json\r\n"
FIELDS = b"a:\r\n" * 90  # the number of requests determines the memory


@pytest.mark.parametrize(
    "begun",
    [
        b"GET / HTTP/1.1\r\nhost: api\r\n" + FIELDS + b"a: " + b"a" * 15_000,
        HEAD + b"content-length: 65000\r\n\r\n" + b"a" * 64_999,
        HEAD + b"transfer-encoding: chunked\r\n\r\nfff0\r\n" + b"a" * 64_999,
        HEAD + b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n0\r\na: " + b"a" * 16_000,
        (b"GET / HTTP/1.1\r\nhost: api\r\n" + FIELDS + b"\r\n") * 16,
    ],
    ids=["heads", "bodies", "chunks", "trailers", "pipelined"],
)
def test_requests_that_do_not_end_cost_little_memory(ready: Serving, begun: bytes) -> None:
    """Each connection that an address may have is held open with an unfinished request."""
    bearer = b"authorization: Bearer " + ready.token.encode() + b"\r\n"
    begun = begun.replace(b"host: api\r\n", b"host: api\r\n" + bearer)
    with connected(ready, CONNECTIONS) as clients, little_memory(ready):
        for client in clients:
            client.settimeout(1)
            with suppress(OSError):  # the server closed the connection
                client.sendall(begun)


def test_connections_of_one_address_are_bounded_by_the_setting(serve: Serve) -> None:
    """The limit in the environment is in force in the server."""
    serving = serve(CONNECTIONS_PER_ADDRESS="2").wait_until_ready()
    with connected(serving, 2):
        deadline = time.monotonic() + SECONDS
        while httpx2.get(f"{serving.url}/health/live").status_code != 503:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    assert serving.wait_until_ready().stop() == 0
    assert "127.0.0.1 has as many as CONNECTIONS_PER_ADDRESS allows, 2." in serving.output
