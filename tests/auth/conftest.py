"""Keys that sign test tokens, and an issuer that serves its JWKS over real HTTP."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, override

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from api.auth import Authenticator, KeySource, TokenPolicy
from api.auth.jwk_set import parse_jwks
from api.auth.key_sources import FixedKeys

type Json = dict[str, Any]
type Headers = list[tuple[bytes, bytes]]
type PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DATA = Path(__file__).parents[1] / "data"
NOW = 1_900_000_000
AUTH_SERVER = "http://auth.example.test"
CURVES: Mapping[str, tuple[str, ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    "ES256": ("P-256", ec.SECP256R1(), hashes.SHA256(), 32),
    "ES512": ("P-521", ec.SECP521R1(), hashes.SHA512(), 66),
}


def b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def b64_uint(number: int) -> str:
    return b64(number.to_bytes((number.bit_length() + 7) // 8))


def compact_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


class Signer:
    """A private key of an issuer. It signs with `cryptography` alone, not with our code."""

    def __init__(self, alg: str, kid: str, private: PrivateKey | None = None) -> None:
        self.alg = alg
        self.kid = kid
        self.private = private or self._generate(alg)

    @staticmethod
    def _generate(alg: str) -> PrivateKey:
        if alg == "EdDSA":
            return Ed25519PrivateKey.generate()
        if alg in CURVES:
            return ec.generate_private_key(CURVES[alg][1])
        return rsa.generate_private_key(65537, 2048)

    def jwk(self, **changes: object) -> Json:
        """Return the public JWK; a change to None removes the member."""
        members = {"kid": self.kid, "alg": self.alg, "use": "sig", **self._public(), **changes}
        return {name: value for name, value in members.items() if value is not None}

    def _public(self) -> Json:
        if isinstance(self.private, Ed25519PrivateKey):
            x = self.private.public_key().public_bytes_raw()
            return {"kty": "OKP", "crv": "Ed25519", "x": b64(x)}
        if isinstance(self.private, rsa.RSAPrivateKey):
            modulus = self.private.public_key().public_numbers()
            return {"kty": "RSA", "n": b64_uint(modulus.n), "e": b64_uint(modulus.e)}
        point = self.private.public_key().public_numbers()
        crv, _, _, size = CURVES[self.alg]
        return {
            "kty": "EC",
            "crv": crv,
            "x": b64(point.x.to_bytes(size)),
            "y": b64(point.y.to_bytes(size)),
        }

    def sign(self, message: bytes) -> bytes:
        """Return a JWS signature of the message."""
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(message)
        if isinstance(self.private, rsa.RSAPrivateKey):
            scheme = (
                padding.PSS(padding.MGF1(hashes.SHA256()), 32)
                if self.alg == "PS256"
                else padding.PKCS1v15()
            )
            return self.private.sign(message, scheme, hashes.SHA256())
        _, _, digest, size = CURVES[self.alg]
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(digest)))
        return r.to_bytes(size) + s.to_bytes(size)

    def token(self, claims: Json | bytes, **header: object) -> str:
        """Return a token; a header member that is None is left out."""
        members = {"alg": self.alg, "kid": self.kid, **header}
        head = {name: value for name, value in members.items() if value is not None}
        return self.token_of(compact_json(head), claims)

    def token_of(self, header: bytes, claims: Json | bytes) -> str:
        """Return a token whose header is these very octets."""
        payload = claims if isinstance(claims, bytes) else compact_json(claims)
        message = f"{b64(header)}.{b64(payload)}"
        return f"{message}.{b64(self.sign(message.encode()))}"


class Forge:
    """Builds whatever a client or an issuer may send, good or bad."""

    json = staticmethod(compact_json)
    b64 = staticmethod(b64)
    signer = Signer

    @staticmethod
    def claims(**changes: object) -> Json:
        """Return claims that are accepted at NOW; a change to None removes the claim."""
        claims = {
            "iss": AUTH_SERVER,
            "aud": AUTH_SERVER,
            "sub": "alice",
            "iat": NOW - 10,
            "exp": NOW + 600,
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    @staticmethod
    def hs256(secret: bytes, claims: Json, **header: object) -> str:
        """Return a token with a MAC under the secret."""
        message = f"{b64(compact_json({'alg': 'HS256', **header}))}.{b64(compact_json(claims))}"
        return f"{message}.{b64(hmac.digest(secret, message.encode(), hashlib.sha256))}"

    @staticmethod
    def bearer(token: str) -> Headers:
        """Return the ASGI headers of a request with this token."""
        return [(b"host", b"localhost"), (b"authorization", b"Bearer " + token.encode())]

    @staticmethod
    def jwks(*keys: object) -> bytes:
        """Return a JWKS document."""
        return json.dumps({"keys": list(keys)}).encode()

    @staticmethod
    def keys(*keys: object) -> KeySource:
        """Return a source of just these JWKs."""
        return FixedKeys(parse_jwks(Forge.jwks(*keys)))

    @staticmethod
    async def until(condition: Callable[[], bool]) -> None:
        """Return once the condition holds. Raises TimeoutError after five seconds."""
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - what it waits for knows no event
                await asyncio.sleep(0.005)


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Issuer:
    """An HTTP server on loopback. `mode` says how it answers, `hits` counts the requests."""

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
        """Return the address of the document, good also while the server is down."""
        return f"http://127.0.0.1:{self._port}/api/auth/jwks"

    def up(self) -> None:
        """Listen, on the port of last time if there was one."""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            @override
            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

            def do_GET(self) -> None:
                issuer.answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def down(self) -> None:
        """Refuse connections."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer as the mode says."""
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


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    server = Issuer()
    yield server
    server.released.set()
    server.down()


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()


@pytest.fixture(scope="session")
def signers() -> dict[str, Signer]:
    algorithms = ("EdDSA", "ES256", "ES512", "RS256", "PS256")
    return {alg: Signer(alg, f"key-{alg}") for alg in algorithms}


@pytest.fixture
def signer(signers: dict[str, Signer]) -> Signer:
    return signers["EdDSA"]


@pytest.fixture
def policy() -> TokenPolicy:
    return TokenPolicy(issuer=AUTH_SERVER, audience=AUTH_SERVER, leeway=5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def better_auth() -> Json:
    tokens: Json = json.loads((DATA / "better-auth" / "tokens.json").read_bytes())
    return tokens


@pytest.fixture
def authenticator(signers: dict[str, Signer], policy: TokenPolicy, clock: Clock) -> Authenticator:
    """Trusts one key of each algorithm."""
    keys = Forge.keys(*(signer.jwk() for signer in signers.values()))
    return Authenticator(keys, policy, clock=clock)


@pytest.fixture(scope="session")
def wycheproof() -> Callable[[str], Json]:
    """Reads a file of Wycheproof vectors."""

    def read(name: str) -> Json:
        vectors: Json = json.loads((DATA / "wycheproof" / f"{name}.json").read_bytes())
        return vectors

    return read
