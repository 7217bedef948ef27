"""A proxy between a client and Postgres that counts round trips on the wire.

The server ends its answer to every request of a client with ReadyForQuery ('Z'), so their number,
after the one that ends the log-in, is the number of round trips (PostgreSQL manual, 54.2).
"""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL

HEADER = 5  # bytes: the type of a message, and its length


@dataclass
class Wire:
    """What went over the proxy's connections."""

    url: URL
    delay: float = 0
    round_trips: int = 0
    queries: list[bytes] = field(default_factory=list)
    startups: list[dict[str, str]] = field(default_factory=list)

    def reset(self) -> None:
        """Count from here."""
        self.round_trips = 0
        self.queries.clear()


@contextmanager
def counting_proxy(url: URL, folder: Path, delay: float = 0) -> Iterator[Wire]:
    """Listen on a socket, and forward everything to the server of the URL.

    What a client sends arrives `delay` seconds later: so much longer is each round trip.
    """
    path = folder / ".s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        here = URL.create(
            "postgresql",
            url.username,
            url.password,
            database=url.database,
            query={"host": str(folder)},
        )
        wire = Wire(here, delay)
        acceptor = threading.Thread(target=_accept, args=(listener, url, wire), daemon=True)
        acceptor.start()
        yield wire
        listener.shutdown(socket.SHUT_RDWR)
        acceptor.join(5)


def _accept(listener: socket.socket, url: URL, wire: Wire) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = _connect(url)
        for source, target, watch in ((client, server, _sent), (server, client, _answered)):
            threading.Thread(target=_pump, args=(source, target, watch, wire), daemon=True).start()


def _connect(url: URL) -> socket.socket:
    folder = url.query.get("host")
    if isinstance(folder, str):
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.{url.port or 5432}")
        return server
    return socket.create_connection((url.host, url.port or 5432))


def _pump(source: socket.socket, target: socket.socket, watch: object, wire: Wire) -> None:
    """Count each whole message before its bytes are forwarded."""
    assert callable(watch)
    seen = b""
    # A client's first message, the start-up packet, has no type byte.
    started = watch is _answered
    while data := _received(source):
        seen += data
        if not started:
            (length,) = struct.unpack("!I", seen[:4])
            wire.startups.append(_parameters(seen[8:length]))
            seen, started = seen[length:], True
        while len(seen) >= HEADER:
            (length,) = struct.unpack("!I", seen[1:HEADER])
            if len(seen) <= length:
                break
            watch(wire, seen[:1], seen[HEADER : length + 1])
            seen = seen[length + 1 :]
        if watch is _sent and wire.delay:
            time.sleep(wire.delay)
        try:
            target.sendall(data)
        except OSError:
            break
    target.close()


def _parameters(body: bytes) -> dict[str, str]:
    """The parameters of a start-up message: names and values, each ended by a zero byte."""
    words = [word.decode() for word in body.rstrip(b"\x00").split(b"\x00")]
    return dict(zip(words[::2], words[1::2], strict=True))


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""


def _sent(wire: Wire, kind: bytes, body: bytes) -> None:
    if kind == b"Q":
        wire.queries.append(body.rstrip(b"\x00"))


def _answered(wire: Wire, kind: bytes, _: bytes) -> None:
    if kind == b"Z":
        wire.round_trips += 1
