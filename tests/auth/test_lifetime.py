"""The longest time until a token's expiry."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from api.auth import Authenticator, Claims, InvalidTokenError, TokenPolicy
from api.auth.claims import read_claims
from tests.auth.forge import AUTH_SERVER, NOW

if TYPE_CHECKING:
    from tests.auth.conftest import Clock
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer

HOUR = 3600
DAY = 24 * HOUR
TOO_FAR = "The token expires too far ahead."
POSITIVE = "The longest lifetime must be a number of seconds above zero."


def policy_of(max_lifetime: float) -> TokenPolicy:
    return TokenPolicy(AUTH_SERVER, AUTH_SERVER, leeway=30, max_lifetime=max_lifetime)


@pytest.mark.parametrize("issued_at", [None, NOW - 10, NOW - DAY, NOW + 30])
@pytest.mark.parametrize("max_lifetime", [1, HOUR, DAY])
def test_expiry_is_bounded_from_now(
    max_lifetime: float, issued_at: int | None, forge: Forge
) -> None:
    """An expiry after now + max_lifetime + leeway is refused; iat makes no difference."""
    policy, last = policy_of(max_lifetime), NOW + max_lifetime + 30

    good = forge.json(forge.claims(exp=last, iat=issued_at))
    assert read_claims(good, policy, NOW) == Claims("alice", last)

    for exp in (last + 0.5, last + 10 * 365 * DAY, 253_402_300_799):
        with pytest.raises(InvalidTokenError) as caught:
            read_claims(forge.json(forge.claims(exp=exp, iat=issued_at)), policy, NOW)
        assert str(caught.value) == TOO_FAR


def test_default_lifetime_limit_is_a_day(forge: Forge) -> None:
    """The default of max_lifetime is 24 hours."""
    policy = TokenPolicy(AUTH_SERVER, AUTH_SERVER, leeway=0)

    assert read_claims(forge.json(forge.claims(exp=NOW + DAY)), policy, NOW).subject == "alice"
    with pytest.raises(InvalidTokenError, match=TOO_FAR):
        read_claims(forge.json(forge.claims(exp=NOW + DAY + 1)), policy, NOW)


def test_token_that_lives_too_long_is_refused_again(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock
) -> None:
    """A refusal is not cached: a day later the same token is accepted."""
    authenticator = Authenticator(forge.keys(signer.jwk()), policy, clock=clock)
    headers = forge.bearer(signer.token(forge.claims(exp=NOW + 2 * DAY)))

    for _ in range(2):
        with pytest.raises(InvalidTokenError, match=TOO_FAR):
            asyncio.run(authenticator.authenticate(headers))
    clock.now += DAY
    assert asyncio.run(authenticator.authenticate(headers)) == Claims("alice", NOW + 2 * DAY)


@pytest.mark.parametrize("max_lifetime", [0, -1, float("nan"), float("inf")])
def test_bound_that_is_none_is_a_configuration_error(max_lifetime: float) -> None:
    """A max_lifetime that is zero, negative, NaN or infinite raises ValueError."""
    with pytest.raises(ValueError, match=f"^{POSITIVE}$"):
        policy_of(max_lifetime)
