"""A proxy in front of Postgres that refuses a password's verifier, as Neon's control plane does.

Neon stores roles outside Postgres too. It reads them when a transaction commits, and fails the
commit if a password is not plain text.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

REFUSAL = (
    "Received HTTP code 400 from control plane: "
    '{"error":"Neon only supports being given plaintext passwords"}'
)
HEADER = 5  # bytes: the type of a message, and its length


def message(kind: bytes, body: bytes) -> bytes:
    """A message of the protocol (PostgreSQL manual, 54.7)."""
    return kind + struct.pack("!I", len(body) + 4) + body


ERROR = message(b"E", b"SERROR\0VERROR\0CXX000\0M" + REFUSAL.encode() + b"\0\0")


@contextmanager
def control_plane(url: URL, folder: Path) -> Iterator[URL]:
    """Listen on a socket in this folder, and pass on to the server, except what Neon refuses."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / ".s.PGSQL.5432"))
        listener.listen()
        threading.Thread(target=_accept, args=(listener, url), daemon=True).start()
        yield url.set(query={"host": str(folder)})
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, url: URL) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{url.query['host']}/.s.PGSQL.5432")
        threading.Thread(target=_Session(client, server).run, daemon=True).start()


class _Session:
    """One client. Its queries go to the server one at a time, as in the simple protocol."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self._client, self._server = client, server
        self._refuse = False

    def run(self) -> None:
        answering = threading.Thread(target=self._answer, daemon=True)
        answering.start()
        with self._client, self._server:
            self._ask()
            self._server.shutdown(socket.SHUT_RDWR)
            answering.join(5)

    def _ask(self) -> None:
        with self._client.makefile("rb") as sent:
            (length,) = struct.unpack("!I", start := sent.read(4))
            self._server.sendall(start + sent.read(length - 4))
            verifier = False
            while header := sent.read(HEADER):
                body = sent.read(struct.unpack("!I", header[1:])[0] - 4)
                verifier |= b"SCRAM-SHA-256$" in body
                if verifier and body.lower() == b"commit\0":
                    verifier, self._refuse, body = False, True, b"ROLLBACK\0"
                self._server.sendall(message(header[:1], body))

    def _answer(self) -> None:
        with self._server.makefile("rb") as answers:
            while header := answers.read(HEADER):
                body = answers.read(struct.unpack("!I", header[1:])[0] - 4)
                out = message(header[:1], body)
                if self._refuse and header[:1] == b"C":
                    self._refuse, out = False, ERROR
                self._client.sendall(out)
