"""What authentication costs: microseconds a request, and no memory however many tokens come."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from api.auth import Authenticator, InvalidTokenError, TokenPolicy, shared_secret
from api.auth.authenticator import DEFAULT_CACHE_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.auth.conftest import Clock, Forge, Headers, Signer

SECRET = b"correct horse battery staple 123"
BATCHES, BATCH = 50, 20
FLOOD = 50_000


def quickest(authenticator: Authenticator, batches: Sequence[Sequence[Headers]]) -> float:
    """Seconds that a request of the quickest batch took: other work only ever adds to a batch."""

    async def timed() -> float:
        seconds = []
        for batch in batches:
            started = time.perf_counter()
            for headers in batch:
                await authenticator.authenticate(headers)
            seconds.append((time.perf_counter() - started) / len(batch))
        return min(seconds)

    return asyncio.run(timed())


def test_remembered_token_takes_20_microseconds(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """A request with a token that was seen before is authenticated in 20 µs at most."""
    headers = forge.bearer(signer.token(forge.claims()))

    assert quickest(authenticator, [[headers] * BATCH] * BATCHES) <= 20e-6


def test_new_token_takes_350_microseconds(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """One with an EdDSA token that was never seen, in 350 µs at most; a check does take time."""
    tokens = [signer.token(forge.claims(sub=f"user-{n}")) for n in range(BATCHES * BATCH)]
    headers = [forge.bearer(token) for token in tokens]
    batches = [headers[n : n + BATCH] for n in range(0, len(headers), BATCH)]

    first = quickest(authenticator, batches)

    assert first <= 350e-6
    assert quickest(authenticator, batches) < first / 2


async def _flood(
    authenticator: Authenticator, forge: Forge, numbers: range, *, refused: bool = False
) -> None:
    """Send distinct tokens, each for another user; those to be refused are signed by another."""
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
    """Nine floods after the first need less than twice its memory; with room for all, much more.

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
