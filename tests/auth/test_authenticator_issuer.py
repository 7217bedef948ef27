"""The authenticator while the issuer rotates its keys, or is down, or kids are unknown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from api.auth import (
    Authenticator,
    InvalidTokenError,
    IssuerUnavailableError,
    MissingTokenError,
    TokenPolicy,
    jwks_from_url,
)
from tests.auth.outcomes import ALICE

if TYPE_CHECKING:
    from tests.auth.conftest import Clock
    from tests.auth.forge import Forge
    from tests.auth.jwks_server import Issuer
    from tests.auth.signer import Signer


def test_rotated_key_is_fetched_once_for_many(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock, issuer: Issuer
) -> None:
    """50 requests with a new kid wait for one fetch and are accepted; a known kid does not wait."""
    rotated = forge.signer("ES256", "rotated")
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        authenticator = Authenticator(jwks_from_url(issuer.url), policy, clock=clock)
        await authenticator.start()
        issuer.document, issuer.mode = forge.jwks(signer.jwk(), rotated.jwk()), "held"
        waiting = [
            asyncio.create_task(
                authenticator.authenticate(forge.bearer(rotated.token(forge.claims(sub=str(n)))))
            )
            for n in range(50)
        ]
        await forge.until(lambda: issuer.hits == 2)
        known = authenticator.authenticate(forge.bearer(signer.token(forge.claims())))
        assert await asyncio.wait_for(known, 0.5) == ALICE
        assert not any(task.done() for task in waiting)
        issuer.released.set()
        assert [claims.subject for claims in await asyncio.gather(*waiting)] == [
            str(n) for n in range(50)
        ]
        await authenticator.stop()

    asyncio.run(scenario())
    assert issuer.hits == 2


def test_unknown_kids_cannot_flood_the_issuer(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock, issuer: Issuer
) -> None:
    """A hundred unknown kids cause one request to the issuer; invalid headers cause none."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        authenticator = Authenticator(jwks_from_url(issuer.url), policy, clock=clock)
        await authenticator.start()
        for token in (signer.token(b"{}", alg="none", kid="x"), signer.token(b"{}", kid=None)):
            with pytest.raises(InvalidTokenError):
                await authenticator.authenticate(forge.bearer(token))
        assert issuer.hits == 1
        for number in range(100):
            with pytest.raises(InvalidTokenError, match=r"^The token's key is not known\.$"):
                await authenticator.authenticate(
                    forge.bearer(signer.token(forge.claims(), kid=f"invented-{number}"))
                )
        good = await authenticator.authenticate(forge.bearer(signer.token(forge.claims())))
        assert good == ALICE
        await authenticator.stop()

    asyncio.run(scenario())
    assert issuer.hits == 2


def test_without_keys_nothing_is_verified(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock, issuer: Issuer
) -> None:
    """Without keys a token is 503, and a malformed one 401; after a fetch tokens are accepted."""
    issuer.document, issuer.mode = forge.jwks(signer.jwk()), "500"
    headers = forge.bearer(signer.token(forge.claims()))

    async def scenario() -> None:
        authenticator = Authenticator(jwks_from_url(issuer.url, cooldown=0), policy, clock=clock)
        await authenticator.start()
        readiness = [authenticator.ready]
        with pytest.raises(IssuerUnavailableError) as caught:
            await authenticator.authenticate(headers)
        assert str(caught.value) == "The token issuer cannot be reached."
        assert (caught.value.status, caught.value.challenge) == (503, None)
        assert issuer.hits == 2
        with pytest.raises(InvalidTokenError):
            await authenticator.authenticate(forge.bearer("junk"))
        with pytest.raises(MissingTokenError):
            await authenticator.authenticate([])
        assert issuer.hits == 2
        issuer.mode = "ok"
        assert await authenticator.authenticate(headers) == ALICE
        assert [*readiness, authenticator.ready] == [False, True]
        await authenticator.stop()

    asyncio.run(scenario())


def test_known_keys_go_on_working_without_the_issuer(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock, issuer: Issuer
) -> None:
    """While the issuer is down, the held keys verify new tokens and the authenticator is ready."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        keys = jwks_from_url(issuer.url, refresh_interval=0.02, cooldown=0)
        authenticator = Authenticator(keys, policy, clock=clock)
        await authenticator.start()
        issuer.down()
        await asyncio.sleep(0.1)
        with pytest.raises(InvalidTokenError, match=r"^The token's key is not known\.$"):
            await authenticator.authenticate(
                forge.bearer(signer.token(forge.claims(), kid="other"))
            )
        assert authenticator.ready
        token = signer.token(forge.claims())
        assert await authenticator.authenticate(forge.bearer(token)) == ALICE
        await authenticator.stop()

    asyncio.run(scenario())
