"""A renewal on demand sends one request for all callers, and then has a cooldown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from api.auth import (
    jwks_from_url,
)
from tests.auth.sources import kids, started

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.jwks_server import Issuer
    from tests.auth.signer import Signer


def test_fifty_renewals_at_once_are_one_request(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """Fifty callers at the same time wait for the same request, and get its result."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url)) as keys:
            issuer.document, issuer.mode = forge.jwks(signer.jwk(kid="new")), "held"
            renewals = asyncio.gather(*(keys.renew() for _ in range(50)))
            await forge.until(lambda: issuer.hits == 2)
            issuer.released.set()
            await renewals
            assert kids(keys) == ["new"]

    asyncio.run(scenario())
    assert issuer.hits == 2


def test_cancelled_waiter_does_not_take_the_read_along(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """If one caller is cancelled, the read continues for the other callers."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url)) as keys:
            issuer.document, issuer.mode = forge.jwks(signer.jwk(kid="new")), "held"
            impatient = asyncio.create_task(keys.renew())
            patient = asyncio.create_task(keys.renew())
            await forge.until(lambda: issuer.hits == 2)
            impatient.cancel()
            await asyncio.wait({impatient})
            issuer.released.set()
            await patient
            assert impatient.cancelled()
            assert kids(keys) == ["new"]

    asyncio.run(scenario())


@pytest.mark.parametrize("mode", ["ok", "500"])
def test_cooldown_holds_after_a_renewal(
    mode: str, forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """After a renewal, successful or not, no renewal reads again until the cooldown has passed."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url, cooldown=0.2)) as keys:
            issuer.mode = mode
            for _ in range(20):
                await keys.renew()
            assert issuer.hits == 2
            await asyncio.sleep(0.25)
            await keys.renew()
            assert issuer.hits == 3

    asyncio.run(scenario())


def test_cooldown_holds_after_a_failed_start(issuer: Issuer) -> None:
    """A renewal right after a failed load sends no request."""
    issuer.mode = "500"

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url)) as keys:
            await keys.renew()

    asyncio.run(scenario())
    assert issuer.hits == 1
