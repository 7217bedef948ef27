"""A reverse proxy in front of an issuer or an API, which counts requests and can fail."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

JWKS = "/api/auth/jwks"
ADDRESS = "X-Real-IP"
SECONDS = 10

# Responses of a broken issuer: status, body, Location. None never ends.
BROKEN: dict[str, tuple[int, bytes, str | None] | None] = {
    "redirect": (302, b"", "/api/auth/ok"),
    "huge": (200, b" " * (256 * 1024 + 1), None),
    "malformed": (200, b'{"keys": [', None),
    "empty": (200, b"", None),
    "keyless": (200, b'{"keys": []}', None),
    "failing": (500, b"internal detail", None),
    "slow": None,
}


class ReverseProxy:
    """Forwards every request to `target`, or answers for its keys as `mode` says.

    With a `prefix` it forwards what is below that path alone, and `strips` it off or not.
    """

    def __init__(self) -> None:
        self.target = ""
        self.prefix = ""
        self.strips = False
        self.mode = "ok"
        self.hits: Counter[str] = Counter()
        self.released = threading.Event()
        self._counting = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy.answer(self)

            do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the library's

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        """The origin that clients see, and tokens name."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def fetches(self) -> int:
        """The number of requests for the keys."""
        return self.hits[JWKS]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Forward a request, or fail as the mode says."""
        with self._counting:
            self.hits[request.path] += 1
        try:
            if request.path == JWKS and self.mode != "ok":
                self._misbehave(request)
            else:
                self._forward(request)
        except ConnectionError:  # of the client, which does not wait
            request.close_connection = True

    def _forward(self, request: BaseHTTPRequestHandler) -> None:
        if not request.path.startswith(f"{self.prefix}/"):
            request.send_error(404)
            return
        path = request.path.removeprefix(self.prefix) if self.strips else request.path
        size = int(request.headers.get("content-length", 0))
        body = request.rfile.read(size) if size else None
        headers = dict(request.headers) | {ADDRESS: request.client_address[0]}
        connection = HTTPConnection(urlsplit(self.target).netloc, timeout=SECONDS)
        try:
            connection.request(request.command, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException):
            request.send_error(502)
            return
        finally:
            connection.close()
        request.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                request.send_header(name, value)
        request.send_header("content-length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _misbehave(self, request: BaseHTTPRequestHandler) -> None:
        said = BROKEN[self.mode]
        if said is None:
            request.send_response(200)
            request.end_headers()
            while not self.released.wait(0.02):
                request.wfile.write(b" ")
            return
        status, body, location = said
        request.send_response(status)
        if location is not None:
            request.send_header("location", location)
        request.end_headers()
        request.wfile.write(body)


@contextmanager
def reverse_proxy() -> Iterator[ReverseProxy]:
    """A proxy on a free port of the loopback."""
    proxy = ReverseProxy()
    with proxy.server:
        thread = threading.Thread(target=proxy.server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.released.set()
            proxy.server.shutdown()
            thread.join()
