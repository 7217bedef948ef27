"""A substitute of Neon's Managed Better Auth on the loopback: keys over HTTP, and tokens."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jose import jws

from api.auth import DevelopmentKey
from api.auth.algorithms import Ed25519Key

PATH = "/neondb/auth"


class ManagedAuth:
    """Signs tokens whose issuer and audience are its origin; publishes its keys below PATH."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        self._key = DevelopmentKey(self._private)  # for its JWK
        self.keys: list[dict[str, Any]] = list(self._key.jwks()["keys"])
        self.origin = ""

    @property
    def base_url(self) -> str:
        """The value of NEON_AUTH_BASE_URL."""
        return f"{self.origin}{PATH}"

    def token(self, subject: str, **changes: object) -> str:
        """A token for 15 minutes, with claims added or changed."""
        now = int(time.time())
        claims = {
            "iat": now,
            "name": "Ada",
            "email": "ada@example.test",
            "emailVerified": True,
            "image": None,
            "role": "authenticated",
            "banned": False,
            "banReason": None,
            "banExpires": None,
            "id": subject,
            "sub": subject,
            "exp": now + 900,
            "iss": self.origin,
            "aud": self.origin,
        } | changes
        key = Ed25519Key(self._private, "EdDSA")
        return jws.sign(claims, key, headers={"kid": self._key.kid}, algorithm="EdDSA")


@contextmanager
def managed_auth() -> Iterator[ManagedAuth]:
    """Serve it; every other path is 404."""
    auth = ManagedAuth()

    class Handler(BaseHTTPRequestHandler):
        @override
        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

        def do_GET(self) -> None:
            found = self.path == f"{PATH}/.well-known/jwks.json"
            self.send_response(200 if found else 404)
            self.end_headers()
            if found:
                self.wfile.write(json.dumps({"keys": auth.keys}).encode())

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        auth.origin = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield auth
        finally:
            server.shutdown()
            thread.join()
