"""Tokens and JWKS documents as a client or an issuer may send them, valid or not."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable

from api.auth import KeySource
from api.auth.jwk_set import parse_jwks
from api.auth.key_sources import FixedKeys
from tests.auth.signer import Json, Signer, b64, compact_json

type Headers = list[tuple[bytes, bytes]]
NOW = 1_900_000_000
AUTH_SERVER = "http://auth.example.test"


class Forge:
    """Builds tokens, headers, secrets and JWKS documents for tests."""

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
        """Return an HS256 token, signed with the secret."""
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
        """Return a key source with exactly these JWKs."""
        return FixedKeys(parse_jwks(Forge.jwks(*keys)))

    @staticmethod
    async def until(condition: Callable[[], bool]) -> None:
        """Return once the condition is true. Raises TimeoutError after five seconds."""
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - there is no event for the condition
                await asyncio.sleep(0.005)
