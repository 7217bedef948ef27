"""The limits on an address's connections, and on the requests of a client that uses a proxy."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from ipaddress import ip_network

import httpx2
import pytest

from api.http.server.client_addresses import Addresses
from api.main import create_app
from api.settings import Settings
from tests.support.api import RunningApi
from tests.support.running_app import running_app

MOST = 3
LIVE = "GET /health/live HTTP/1.1\r\nhost: api\r\n"
OPEN = "POST /api/tasks HTTP/1.1\r\nhost: api\r\ncontent-type: application/json\r\n"
LOOPBACK = ip_network("127.0.0.0/8")
SERVED, REFUSED = b"HTTP/1.1 200 OK", b"HTTP/1.1 503 Service Unavailable"
FULL = {
    "type": "/problems/unavailable",
    "title": "Unavailable",
    "status": 503,
    "detail": "The client has too many connections, or too many requests in progress.",
}
WAITS = b"HTTP/1.1 100 Continue"

Connect = Callable[[], socket.socket]


type Connecting = Callable[[Addresses], AbstractContextManager[Connect]]


@pytest.fixture
def connecting(api_settings: Settings) -> Connecting:
    """Serve the API with the given limits, and return a function that opens a connection."""

    @contextmanager
    def served(addresses: Addresses) -> Iterator[Connect]:
        with running_app(create_app(api_settings), addresses) as url, ExitStack() as stack:
            at = httpx2.URL(url)
            yield lambda: stack.enter_context(
                socket.create_connection((at.host, at.port or 0), timeout=10)
            )

    return served


def answer(wire: socket.socket) -> bytes:
    """The first line of the response."""
    return wire.recv(65536).partition(b"\r\n")[0]


def problem(wire: socket.socket) -> tuple[bytes, dict[str, object]]:
    """The first line of a response that is a problem, and its members without the request id."""
    head, _, body = wire.recv(65536).partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    members = json.loads(body)
    given = members.pop("request_id").encode()
    assert {
        b"content-type: application/problem+json",
        b"retry-after: 2",
        b"x-request-id: " + given,
        b"connection: close",
    } <= set(headers)
    return line, members


def ask(wire: socket.socket, *headers: str) -> bytes:
    """Send GET /health/live with these headers."""
    wire.sendall("\r\n".join([LIVE[:-2], *headers, "", ""]).encode())
    return answer(wire)


def begin(api: RunningApi, wire: socket.socket, header: str) -> bytes:
    """Begin a request that stays in progress, because its body is not sent."""
    token = f"authorization: Bearer {api.issuer.token('waiting')}\r\n"
    wait = f"content-length: 9\r\nexpect: 100-continue\r\n{header}\r\n\r\n"
    wire.sendall((OPEN + token + wait).encode())
    return answer(wire)


def test_one_address_has_as_many_connections_as_it_may(
    connecting: Connecting, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection above the limit gets 503 and is closed; after another ends, one is accepted."""
    with connecting(Addresses(MOST)) as connect:
        held = [connect() for _ in range(MOST)]
        assert [ask(wire) for wire in held] == [SERVED] * MOST
        for _ in range(5):
            refused = connect()
            assert problem(refused) == (REFUSED, FULL)
            assert refused.recv(1) == b""
        held.pop().close()
        assert ask(held[0]) == SERVED  # by now the server knows that the other connection ended
        assert ask(connect()) == SERVED

    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told == [
        "1 connections refused: 127.0.0.1 has as many as CONNECTIONS_PER_ADDRESS allows, 3."
    ]


def test_header_of_an_untrusted_peer_is_ignored(connecting: Connecting) -> None:
    """The forwarding headers of a peer that is not a trusted proxy are ignored."""
    elsewhere = Addresses(MOST, [ip_network("10.0.0.0/8")])
    with connecting(elsewhere) as connect:
        for number in range(MOST):
            wrote = f"x-forwarded-for: 10.0.0.{number}"
            assert ask(connect(), wrote, f"forwarded: for=10.0.0.{number}") == SERVED
        assert answer(connect()) == REFUSED


def test_trusted_proxy_has_as_many_connections_as_it_likes(connecting: Connecting) -> None:
    """Connections and own requests of a trusted proxy, such as health checks, are not limited."""
    with connecting(Addresses(1, [LOOPBACK])) as connect:
        for _ in range(MOST):
            assert ask(connect()) == SERVED


def test_requests_of_a_proxys_client_are_bounded(api: RunningApi, connecting: Connecting) -> None:
    """A request of a client above its limit is 503; other clients of the proxy are served."""
    one, other = "x-forwarded-for: 10.9.9.9, 192.0.2.1", "x-forwarded-for: 192.0.2.1, 192.0.2.2"
    with connecting(Addresses(MOST, [LOOPBACK])) as connect:
        held = [connect() for _ in range(MOST)]
        assert [begin(api, wire, one) for wire in held] == [WAITS] * MOST
        late = connect()
        late.sendall(f"{LIVE}{one}\r\n\r\n".encode())
        assert problem(late) == (REFUSED, FULL)
        assert late.recv(1) == b""
        assert ask(connect(), other) == SERVED

        held[0].sendall(b'{"no": 1}')
        assert answer(held[0]) == b"HTTP/1.1 422 Unprocessable Content"
        kept = connect()
        assert [ask(kept, one) for _ in range(MOST + 1)] == [SERVED] * (MOST + 1)


def test_request_that_is_given_up_counts_no_more(api: RunningApi, connecting: Connecting) -> None:
    """A request no longer counts if the proxy closes its connection during the request."""
    client = "x-forwarded-for: 192.0.2.1"
    with connecting(Addresses(1, [LOOPBACK])) as connect:
        held, kept = connect(), connect()
        assert begin(api, held, client) == WAITS
        held.close()
        assert ask(kept) == SERVED  # by now the server knows that the other connection ended
        assert ask(kept, client) == SERVED
