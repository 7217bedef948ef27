"""Verifies the bearer token in the headers of a request. Uses no database."""

import hashlib
import time
from collections.abc import Callable, Sequence

from cachetools import TLRUCache

from api.auth.bearer import bearer_token
from api.auth.claims import Claims, TokenPolicy, read_claims
from api.auth.errors import IssuerUnavailableError, UnknownKeyError
from api.auth.jwk_set import Keys
from api.auth.jws import SignedToken, read_token, verify_signature
from api.auth.key_sources import KeySource

DEFAULT_CACHE_SIZE = 10_000


class Authenticator:
    """Verifies bearer tokens on one event loop.

    A verified token is cached until it expires or the key set changes. The cache is bounded, and
    contains only the SHA-256 of tokens. A refused token is never cached. `clock` returns seconds
    since the epoch.
    """

    def __init__(
        self,
        keys: KeySource,
        policy: TokenPolicy,
        *,
        cache_size: int = DEFAULT_CACHE_SIZE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if cache_size < 1:
            raise ValueError("The cache must have room for at least one token.")
        self._keys = keys
        self._policy = policy
        self._clock = clock
        self._verified: TLRUCache[bytes, Claims] = TLRUCache(
            cache_size,
            lambda _digest, claims, _now: claims.expires_at + policy.leeway,
            timer=clock,
        )
        self._verified_with = keys.held

    @property
    def ready(self) -> bool:
        """Tell whether a usable key set is loaded."""
        return self._keys.held is not None

    @property
    def problem(self) -> str | None:
        """Say why no usable key set is loaded, in a sentence for clients; None if one is loaded."""
        return self._keys.problem

    @property
    def current(self) -> bool:
        """Tell whether the last attempt to load the keys succeeded. Older keys stay in use."""
        return self._keys.current

    async def start(self) -> None:
        """Load the keys. If the issuer does not answer, retry in the background."""
        await self._keys.start()

    async def stop(self) -> None:
        """Stop refreshing the keys."""
        await self._keys.stop()

    async def authenticate(self, headers: Sequence[tuple[bytes, bytes]]) -> Claims:
        """Return the claims of the bearer token in ASGI headers. Raises AuthenticationError."""
        text = bearer_token(headers)
        digest = hashlib.sha256(text).digest()
        self._forget_on_change()
        try:
            return self._verified[digest]
        except KeyError:
            pass
        payload = await self._verify(read_token(text))
        claims = read_claims(payload, self._policy, self._clock())
        # Nothing was awaited since the verification, so these are the keys that it used.
        self._forget_on_change()
        self._verified[digest] = claims
        return claims

    async def _verify(self, token: SignedToken) -> bytes:
        """Verify with the loaded keys. If the token's key is unknown, load them again and retry."""
        keys = self._keys.held
        if keys is None:
            keys = await self._renewed()
        try:
            return verify_signature(token, keys)
        except UnknownKeyError:
            return verify_signature(token, await self._renewed())

    async def _renewed(self) -> Keys:
        await self._keys.renew()
        keys = self._keys.held
        if keys is None:
            raise IssuerUnavailableError(self._keys.problem)
        return keys

    def _forget_on_change(self) -> None:
        keys = self._keys.held
        if keys is not self._verified_with:
            self._verified.clear()
            self._verified_with = keys
