"""Stored tokens of a real Better Auth server are verified with its JWKS documents."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.auth import Authenticator, Claims, InvalidTokenError, TokenPolicy

if TYPE_CHECKING:
    from tests.auth.conftest import Clock
    from tests.auth.forge import Forge
    from tests.auth.signer import Json

TEN_YEARS = 315_576_000.0
ALGORITHMS = ["EdDSA", "ES256", "ES512", "RS256", "PS256"]
EXPIRY = {
    "EdDSA": (2110786424, 2110786424),
    "ES256": (2110786424, 2110786425),
    "ES512": (2110786425, 2110786425),
    "RS256": (2110786425, 2110786425),
    "PS256": (2110786425, 2110786426),
}


@pytest.fixture
def policy(policy: TokenPolicy) -> TokenPolicy:
    """Allow a lifetime of ten years, which the stored tokens have so that they do not expire."""
    return replace(policy, max_lifetime=TEN_YEARS)


@pytest.fixture
def trusting(forge: Forge, better_auth: Json, policy: TokenPolicy, clock: Clock) -> Json:
    return {
        algorithm: Authenticator(
            forge.keys(*better_auth[algorithm]["jwks"]["keys"]), policy, clock=clock
        )
        for algorithm in ALGORITHMS
    }


@pytest.mark.parametrize("user", [0, 1], ids=["alice", "bob"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_real_token_names_its_user(
    algorithm: str, user: int, forge: Forge, better_auth: Json, trusting: Json
) -> None:
    """A token from Better Auth is verified with its JWKS document and names the user."""
    sample = better_auth[algorithm]["users"][("alice", "bob")[user]]

    claims = asyncio.run(trusting[algorithm].authenticate(forge.bearer(sample["token"])))

    assert claims == Claims(sample["id"], EXPIRY[algorithm][user])


@pytest.mark.parametrize("published", ALGORITHMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_real_token_needs_its_own_key(
    algorithm: str, published: str, forge: Forge, better_auth: Json, trusting: Json
) -> None:
    """Alice's token is refused if the JWKS document is that of another algorithm."""
    alice = better_auth[algorithm]["users"]["alice"]
    request = trusting[published].authenticate(forge.bearer(alice["token"]))

    if algorithm == published:
        assert asyncio.run(request).subject == alice["id"]
    else:
        with pytest.raises(InvalidTokenError, match=r"^The token's key is not known\.$"):
            asyncio.run(request)


@pytest.mark.parametrize("published", ALGORITHMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_real_token_is_refused_by_another_key_of_its_kid(
    algorithm: str,
    published: str,
    forge: Forge,
    better_auth: Json,
    policy: TokenPolicy,
    clock: Clock,
) -> None:
    """Alice's token is refused if its kid names a key of another algorithm."""
    alice = better_auth[algorithm]["users"]["alice"]
    [own], [other] = (better_auth[name]["jwks"]["keys"] for name in (algorithm, published))
    authenticator = Authenticator(forge.keys({**other, "kid": own["kid"]}), policy, clock=clock)
    request = authenticator.authenticate(forge.bearer(alice["token"]))

    if algorithm == published:
        assert asyncio.run(request).subject == alice["id"]
    else:
        with pytest.raises(InvalidTokenError, match=r"^The token's algorithm is not the one of"):
            asyncio.run(request)
