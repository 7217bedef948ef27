"""An issuer that serves its JWKS document over real HTTP, and can fail in several ways."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import override


class Issuer:
    """An HTTP server on loopback. `mode` decides its response, `hits` counts the requests."""

    def __init__(self) -> None:
        self.mode = "ok"
        self.document = b""
        self.hits = 0
        self.released = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._thread = threading.Thread()
        self._port = 0
        self.up()

    @property
    def url(self) -> str:
        """Return the URL of the document; it stays the same while the server is down."""
        return f"http://127.0.0.1:{self._port}/api/auth/jwks"

    def up(self) -> None:
        """Listen. After `down`, the server uses the same port again."""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            @override
            def log_message(self, format: str, *args: object) -> None:
                """Log nothing."""

            def do_GET(self) -> None:
                issuer.answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def down(self) -> None:
        """Stop the server, so that connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Send the response that belongs to `mode`."""
        self.hits += 1
        answers: dict[str, tuple[int, bytes]] = {
            "ok": (200, self.document),
            "redirect": (302, b""),
            "created": (201, self.document),
            "500": (500, b"internal detail"),
            "empty": (200, b""),
            "malformed": (200, b'{"keys": ['),
            "keyless": (200, b'{"keys": []}'),
            "huge": (200, self.document.ljust(256 * 1024 + 1)),
        }
        if self.mode == "gzip":
            self._send(request, 200, b"\x1f\x8b", {"content-encoding": "gzip"})
        elif self.mode == "redirect":
            self._send(request, 302, b"", {"location": self.url + "/elsewhere"})
        elif self.mode == "held":
            self.released.wait(5)
            self._send(request, 200, self.document, {})
        elif self.mode == "slow":
            self._drip(request)
        else:
            self._send(request, *answers[self.mode], {})

    @staticmethod
    def _send(
        request: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str]
    ) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        try:
            request.wfile.write(body)
        except ConnectionError:
            request.close_connection = True

    def _drip(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while not self.released.wait(0.02):
                request.wfile.write(b" ")
        except ConnectionError:
            request.close_connection = True
