"""The background refresh of a JWKS document, and its retries after a failure."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from api.auth import (
    jwks_from_url,
)
from api.auth.jwks_documents import UrlDocument
from api.auth.key_sources import RefreshedKeys
from tests.auth.sources import BROKEN, kids, started

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.jwks_server import Issuer
    from tests.auth.signer import Signer


def test_keys_arrive_when_the_issuer_comes_up(forge: Forge, signer: Signer, issuer: Issuer) -> None:
    """Without keys, the background task retries before the refresh interval has passed."""
    issuer.document = forge.jwks(signer.jwk())
    issuer.down()

    async def scenario() -> None:
        keys = RefreshedKeys(
            UrlDocument(issuer.url, timeout=1), refresh_interval=300, cooldown=300, first_retry=0.02
        )
        async with started(keys):
            assert keys.held is None
            issuer.up()
            await forge.until(lambda: keys.held is not None)

    asyncio.run(scenario())


def test_pauses_between_failures_double_up_to_the_interval(issuer: Issuer) -> None:
    """The pauses between retries grow up to the refresh interval, so half a second has few."""
    issuer.mode = "500"

    async def scenario() -> None:
        keys = RefreshedKeys(
            UrlDocument(issuer.url, timeout=1), refresh_interval=0.2, cooldown=300, first_retry=0.02
        )
        async with started(keys):
            await asyncio.sleep(0.5)

    asyncio.run(scenario())
    assert 3 <= issuer.hits <= 9


def test_background_refresh_takes_over_a_new_document(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """A changed document replaces the held keys; an unchanged document does not."""
    rotated = forge.signer("EdDSA", "rotated")
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url, refresh_interval=0.02)) as keys:
            first = keys.held
            await forge.until(lambda: issuer.hits >= 4)
            assert keys.held is first
            issuer.document = forge.jwks(rotated.jwk())
            await forge.until(lambda: kids(keys) == ["rotated"])

    asyncio.run(scenario())


@pytest.mark.parametrize("mode", ["down", *BROKEN])
def test_known_keys_outlive_the_issuer(
    mode: str, forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """After a failed refresh the held keys stay; after recovery, new keys replace them."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        keys = RefreshedKeys(
            UrlDocument(issuer.url, timeout=1), refresh_interval=0.02, cooldown=0, first_retry=0.02
        )
        async with started(keys):
            first, current = keys.held, [keys.current]
            if mode == "down":
                issuer.down()
            issuer.mode = mode
            await asyncio.sleep(0.1)
            await keys.renew()
            assert keys.held is first
            current.append(keys.current)
            if mode == "down":
                issuer.up()
            issuer.mode = "ok"
            issuer.document = forge.jwks(signer.jwk(kid="later"))
            await forge.until(lambda: kids(keys) == ["later"])
            assert [*current, keys.current] == [True, False, True]

    asyncio.run(scenario())


def test_background_follows_a_renewal_that_failed(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """A failed renewal is retried soon, and not only at the next refresh."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        keys = RefreshedKeys(
            UrlDocument(issuer.url, timeout=1), refresh_interval=300, cooldown=300, first_retry=0.02
        )
        async with started(keys):
            issuer.mode = "500"
            await keys.renew()
            assert not keys.current
            issuer.mode, issuer.document = "ok", forge.jwks(signer.jwk(kid="later"))
            await forge.until(lambda: kids(keys) == ["later"])
            assert keys.current

    asyncio.run(scenario())
