"""The server: uvicorn, which accepts many connections in one iteration of the event loop.

uvloop accepts one connection in each iteration. When 200 clients connected at once, as after the
restart of a proxy, the last one waited two seconds for its first response.
"""

import asyncio
import signal
import socket
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import override

import uvicorn

from api.http.server.client_addresses import Addresses
from api.http.server.memory_budget import MemoryBudget

AT_ONCE = 100  # connections accepted in one iteration of the event loop
PAUSE = 1.0  # seconds without accepting after the system refused to: no descriptor is free


class Server(uvicorn.Server):
    """Serves on the given sockets; `addresses` limits the connections of each address.

    `root_path` is the path under which a reverse proxy publishes the API.
    """

    interrupted = False  # by Ctrl-C

    def __init__(
        self, config: uvicorn.Config, addresses: Addresses | None = None, root_path: str = ""
    ) -> None:
        super().__init__(config)
        self._addresses = addresses or Addresses()
        self._root_path = root_path

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second Ctrl-C stops without waiting for requests and the lifespan.

        For uvicorn, a Ctrl-C after a SIGTERM is the second one. With several workers, each gets
        both signals at one Ctrl-C, in either order: from the terminal, and from the parent.
        """
        first = not self.interrupted
        self.interrupted |= sig == signal.SIGINT
        super().handle_exit(sig, frame)
        if first:
            self.force_exit = False

    @override
    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal arrives. Always raises KeyboardInterrupt after Ctrl-C.

        uvicorn sends the signal to its own process again at the end, where it can be lost.
        """
        super().run(sockets)
        if self.interrupted:
            raise KeyboardInterrupt

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        made: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        protocol = partial(
            made,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            addresses=self._addresses,
            root_path=self._root_path,
            memory=MemoryBudget(),
        )
        for listener in sockets or []:
            self.servers.append(Acceptor(listener, protocol))  # type: ignore[arg-type] # see there


class Acceptor:
    """Accepts connections of a listening socket, and creates a protocol for each.

    It has the methods of an asyncio server that uvicorn calls.
    """

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._listener = listener
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._begun: set[asyncio.Task[object]] = set()
        listener.settimeout(0)
        self._listen()

    def _listen(self) -> None:
        if self._listener.fileno() >= 0:  # otherwise it was closed during the pause
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue
            except OSError:
                self.close()
                self._loop.call_later(PAUSE, self._listen)
                return
            connection.settimeout(0)
            begun = self._loop.create_task(
                self._loop.connect_accepted_socket(self._protocol, connection)
            )
            self._begun.add(begun)
            begun.add_done_callback(self._begun.discard)

    def close(self) -> None:
        """Accept no more connections. The socket stays open: the caller owns it."""
        self._loop.remove_reader(self._listener)

    async def wait_closed(self) -> None:
        """Return at once: `close` leaves nothing open."""
