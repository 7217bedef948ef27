"""The acceptor accepts all waiting connections at once, and can be closed."""

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, override

import pytest
import uvloop

from api.http.server import server
from api.http.server.server import Acceptor

CLIENTS = 30
ROUNDS = 10  # of the event loop


class Protocol(asyncio.Protocol):
    """Counts the connections, and returns each message to its sender."""

    made = 0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        type(self).made += 1
        self.transport: Any = transport  # uvloop's is no subclass of asyncio's

    @override
    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


class Exhausted(socket.socket):
    """A listening socket whose accept() can fail as if no file descriptor were free."""

    failures = 0

    @override
    def accept(self) -> tuple[socket.socket, object]:
        if self.failures:
            self.failures -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


@pytest.fixture
def listener() -> Iterator[Exhausted]:
    """A socket that listens on the loopback."""
    Protocol.made = 0
    with Exhausted() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(CLIENTS)
        yield listening


def clients(stack: ExitStack, listener: socket.socket) -> list[socket.socket]:
    """Open connections that the server has not accepted yet."""
    return [
        stack.enter_context(socket.create_connection(listener.getsockname()))
        for _ in range(CLIENTS)
    ]


async def rounds() -> None:
    """Let the event loop run a few times."""
    for _ in range(ROUNDS):
        await asyncio.sleep(0)


def test_all_that_wait_are_accepted_at_once(listener: Exhausted) -> None:
    """All waiting connections are accepted in few iterations of the event loop, and are served."""

    async def test() -> None:
        with ExitStack() as stack:
            waiting = clients(stack, listener)
            acceptor = Acceptor(listener, Protocol)
            await rounds()
            assert Protocol.made == CLIENTS
            loop = asyncio.get_running_loop()
            for number, client in enumerate(waiting):
                client.settimeout(0)
                await loop.sock_sendall(client, b"%d" % number)
                assert await loop.sock_recv(client, 10) == b"%d" % number
            acceptor.close()
            await acceptor.wait_closed()

    uvloop.run(test())


def test_closed_one_accepts_no_more(listener: Exhausted) -> None:
    """A closed acceptor accepts no connection, but leaves the socket open for another acceptor."""

    async def test() -> None:
        with ExitStack() as stack:
            acceptor = Acceptor(listener, Protocol)
            acceptor.close()
            clients(stack, listener)
            await rounds()
            assert Protocol.made == 0
            assert listener.fileno() >= 0
            Acceptor(listener, Protocol)
            await rounds()
            assert Protocol.made == CLIENTS

    uvloop.run(test())


@pytest.mark.parametrize("closed", [False, True])
def test_exhausted_process_rests(
    listener: Exhausted, monkeypatch: pytest.MonkeyPatch, *, closed: bool
) -> None:
    """Without a free file descriptor the acceptor pauses, then continues if its socket is open."""
    monkeypatch.setattr(server, "PAUSE", 0.02)

    async def test() -> None:
        with ExitStack() as stack:
            waiting = clients(stack, listener)
            listener.failures = 1
            Acceptor(listener, Protocol)
            await rounds()
            assert (Protocol.made, listener.failures) == (0, 0)
            if closed:
                listener.close()
            await asyncio.sleep(0.1)
            assert Protocol.made == (0 if closed else len(waiting))

    uvloop.run(test())
