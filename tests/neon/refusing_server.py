"""A server with Postgres's protocol that refuses connections, and then accepts one."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.neon.control_plane import message

SSL_REQUEST = 80877103  # PostgreSQL manual, 54.7
PARAMETERS = {"client_encoding": "UTF8", "DateStyle": "ISO", "server_version": "18.0"}
# The error, in the oldest protocol, of a server that cannot start a process for a connection.
CANNOT_FORK = "could not fork new process for connection: Cannot allocate memory"
WELCOME = (
    message(b"R", struct.pack("!I", 0))
    + b"".join(message(b"S", f"{k}\0{v}\0".encode()) for k, v in PARAMETERS.items())
    + message(b"Z", b"I")
)


@dataclass
class Refusing:
    """Where it listens, and how many connections it has answered."""

    port: int
    answered: int = 0


@contextmanager
def refusing_server(*refusals: str | None) -> Iterator[Refusing]:
    """Refuse one connection with each of these errors, and accept the next.

    None means: agree to TLS, then end the connection.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Refusing(listener.getsockname()[1])
        answers = iter(refusals)

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                server.answered += 1
                with client:
                    _answer(client, next(answers, ""))

        threading.Thread(target=serve, daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)


def _answer(client: socket.socket, refusal: str | None) -> None:
    with client.makefile("rb") as sent:
        length, code = struct.unpack("!II", sent.read(8))
        if code == SSL_REQUEST and refusal != CANNOT_FORK:
            client.sendall(b"S" if refusal is None else b"N")
            if refusal is None:  # the first TLS record is not answered
                return
            if not (start := sent.read(8)):  # the client requires TLS
                return
            length, _ = struct.unpack("!II", start)
        sent.read(length - 8)
        if refusal == CANNOT_FORK:
            client.sendall(b"E" + refusal.encode() + b"\n\0")
            return
        if refusal:
            client.sendall(message(b"E", f"SFATAL\0CXX000\0M{refusal}\0\0".encode()))
            return
        client.sendall(WELCOME)
        sent.read()  # until the client leaves
