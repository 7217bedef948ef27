"""The server: uvicorn, with connections accepted as fast as they come.

uvloop accepts one connection each time it goes round. Of 200 that come together, as behind a proxy
that was restarted, the last one's first request was answered after two seconds.
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

AT_ONCE = 100  # connections accepted before those that are open have their turn
REST = 1.0  # seconds without accepting, after the system refused to (it has no descriptor left)


class Server(uvicorn.Server):
    """Serves on the sockets it is given, to as many from one address as `addresses` lets in.

    `root_path` is where a reverse proxy publishes it.
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
        self.interrupted |= sig == signal.SIGINT
        super().handle_exit(sig, frame)

    @override
    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal comes. Raises KeyboardInterrupt after Ctrl-C, always.

        uvicorn sends itself the signal again in the end, where it can be lost.
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
            published_at=self._root_path,
            held=MemoryBudget(),
        )
        for listener in sockets or []:
            self.servers.append(Acceptor(listener, protocol))  # type: ignore[arg-type] # see there


class Acceptor:
    """Accepts what waits at a listening socket, and hands it to a protocol on this event loop.

    It has what uvicorn asks of an asyncio server: to be closed.
    """

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._listener = listener
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._begun: set[asyncio.Task[object]] = set()
        listener.settimeout(0)
        self._listen()

    def _listen(self) -> None:
        if self._listener.fileno() >= 0:  # or it was closed while it rested
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
                self._loop.call_later(REST, self._listen)
                return
            connection.settimeout(0)
            begun = self._loop.create_task(
                self._loop.connect_accepted_socket(self._protocol, connection)
            )
            self._begun.add(begun)
            begun.add_done_callback(self._begun.discard)

    def close(self) -> None:
        """Accept no more. The socket is whose it was."""
        self._loop.remove_reader(self._listener)

    async def wait_closed(self) -> None:
        """Wait for what close leaves open, which is nothing."""
