"""Helpers for the tests of key sources."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.auth import KeySource
from api.auth.jwk_set import KeySet

# Every mode in which the tests' issuer accepts connections but serves no usable document.
BROKEN = ("redirect", "created", "500", "empty", "malformed", "keyless", "huge", "gzip", "slow")


@asynccontextmanager
async def started(keys: KeySource) -> AsyncIterator[KeySource]:
    """Start the source, and stop it at the end."""
    await keys.start()
    try:
        yield keys
    finally:
        await keys.stop()


def kids(keys: KeySource) -> list[str] | None:
    """Return the kids of the held keys; None while no JWKS document is held."""
    return list(keys.held.by_kid) if isinstance(keys.held, KeySet) else None
