"""The cache of verified tokens never exceeds its maximum size."""

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
    """Send distinct tokens, each for another user; with `refused`, they have a wrong secret."""
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
    """After 50,000 distinct tokens, half of them valid, the cache has 10,000 tokens."""
    authenticator = Authenticator(shared_secret(SECRET), policy, clock=clock)
    remembered = []

    for start in range(0, FLOOD, FLOOD // 10):
        tokens = range(start, start + FLOOD // 10)
        asyncio.run(_flood(authenticator, forge, tokens[::2]))
        asyncio.run(_flood(authenticator, forge, tokens[1::2], refused=True))
        remembered.append(len(authenticator._verified))  # noqa: SLF001 - tests its size

    assert remembered == [2500, 5000, 7500, *[DEFAULT_CACHE_SIZE] * 7]
    assert DEFAULT_CACHE_SIZE == 10_000


@pytest.mark.parametrize(("room", "flat"), [(500, True), (5000, False)])
def test_full_cache_takes_no_more_memory(
    room: int, forge: Forge, policy: TokenPolicy, clock: Clock, *, flat: bool
) -> None:
    """With a full cache, nine more floods need less than twice the memory of the first flood.

    A larger cache, which keeps all tokens, needs more memory: this proves that the test can detect
    growth. The factor is 2 because the library frees the places of evicted tokens later.
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
