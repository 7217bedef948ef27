"""The cache of verified tokens has a bound, which many tokens do not exceed."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from api.auth import Authenticator, InvalidTokenError, TokenPolicy, shared_secret
from api.auth.authenticator import DEFAULT_CACHE_SIZE

if TYPE_CHECKING:
    from tests.auth.conftest import Clock
    from tests.auth.forge import Forge

SECRET = b"correct horse battery staple 123"
FLOOD = 50_000


async def _flood(
    authenticator: Authenticator, forge: Forge, numbers: range, *, refused: bool = False
) -> None:
    """Send distinct tokens, each for another user; those to be refused have another secret."""
    secret = SECRET[::-1] if refused else SECRET
    for number in numbers:
        headers = forge.bearer(forge.hs256(secret, forge.claims(sub=f"user-{number}")))
        if refused:
            with pytest.raises(InvalidTokenError):
                await authenticator.authenticate(headers)
        else:
            await authenticator.authenticate(headers)


def test_flood_of_tokens_fills_the_cache_to_its_bound(
    forge: Forge, policy: TokenPolicy, clock: Clock
) -> None:
    """Of 50,000 distinct tokens, half of them good, the cache remembers 10,000."""
    authenticator = Authenticator(shared_secret(SECRET), policy, clock=clock)
    remembered = []

    for start in range(0, FLOOD, FLOOD // 10):
        tokens = range(start, start + FLOOD // 10)
        asyncio.run(_flood(authenticator, forge, tokens[::2]))
        asyncio.run(_flood(authenticator, forge, tokens[1::2], refused=True))
        remembered.append(len(authenticator._verified))  # noqa: SLF001 - its bound is the point

    assert remembered == [2500, 5000, 7500, *[DEFAULT_CACHE_SIZE] * 7]
    assert DEFAULT_CACHE_SIZE == 10_000


@pytest.mark.parametrize(("room", "flat"), [(500, True), (5000, False)])
def test_full_cache_takes_no_more_memory(
    room: int, forge: Forge, policy: TokenPolicy, clock: Clock, *, flat: bool
) -> None:
    """Nine more floods need less than twice the memory of the first; with room for all, more.

    The library keeps an evicted token's place for a while, up to as many as there are in the cache.
    """
    authenticator = Authenticator(shared_secret(SECRET), policy, cache_size=room, clock=clock)
    held = []

    tracemalloc.start()
    try:
        for start in range(0, 5000, 500):
            asyncio.run(_flood(authenticator, forge, range(start, start + 500)))
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()

    assert (max(held) < 2 * held[0]) == flat, held
