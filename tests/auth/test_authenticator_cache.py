"""The cache of verified tokens has a maximum size, and contains digests but no tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth import (
    Authenticator,
    TokenPolicy,
)
from api.auth.jwk import VerificationKey
from api.auth.jwk_set import KeySet, parse_jwks
from api.auth.key_sources import FixedKeys
from tests.auth.forge import NOW
from tests.auth.outcomes import ALICE, claims_of, refusal_of

if TYPE_CHECKING:
    from tests.auth.conftest import Clock
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer


def test_remembered_token_expires_on_time(
    forge: Forge, signer: Signer, authenticator: Authenticator, clock: Clock
) -> None:
    """A cached token is accepted until its expiry plus leeway, and then refused."""
    headers = forge.bearer(signer.token(forge.claims()))

    assert claims_of(authenticator, headers) == ALICE
    clock.now = NOW + 604.9
    assert claims_of(authenticator, headers) == ALICE
    clock.now = NOW + 605.0
    assert refusal_of(authenticator, headers) == (401, "The token has expired.")


class SwitchableKeys(FixedKeys):
    """Keys that a test replaces, as a refresh of the JWKS document does."""

    def replace(self, document: bytes) -> None:
        """Use the keys of this document instead."""
        self._keys = parse_jwks(document)


def test_token_of_a_removed_key_stops_working(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock
) -> None:
    """A cached token is refused while its key is absent, and accepted when the key is back."""
    other = forge.signer("ES256", "other")
    keys = SwitchableKeys(parse_jwks(forge.jwks(signer.jwk(), other.jwk())))
    authenticator = Authenticator(keys, policy, clock=clock)
    removed, kept = (forge.bearer(each.token(forge.claims())) for each in (signer, other))

    assert [claims_of(authenticator, headers) for headers in (removed, kept)] == [ALICE, ALICE]
    keys.replace(forge.jwks(other.jwk()))
    assert claims_of(authenticator, kept) == ALICE
    assert refusal_of(authenticator, removed) == (
        401,
        "The token's key is not known.",
    )
    keys.replace(forge.jwks(signer.jwk()))
    assert claims_of(authenticator, removed) == ALICE


class CountedKeys:
    """Counts the key lookups, because a cached token needs no lookup."""

    def __init__(self, keys: KeySet) -> None:
        self.keys = keys
        self.lookups = 0

    def find(self, kid: str | None) -> VerificationKey:
        """Return the key, and count the lookup."""
        self.lookups += 1
        return self.keys.find(kid)


def test_cache_is_bounded_and_remembers_only_valid_tokens(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock
) -> None:
    """A cache of size 1 keeps only the latest valid token; a refused token is not cached."""
    keys = CountedKeys(parse_jwks(forge.jwks(signer.jwk())))
    authenticator = Authenticator(FixedKeys(keys), policy, cache_size=1, clock=clock)
    first, second = (
        forge.bearer(signer.token(forge.claims(sub=subject))) for subject in ("first", "second")
    )
    expired = forge.bearer(signer.token(forge.claims(exp=NOW - 60)))

    def lookups(*requests: list[tuple[bytes, bytes]]) -> int:
        before = keys.lookups
        for headers in requests:
            claims_of(authenticator, headers)
        return keys.lookups - before

    assert lookups(first, first, first) == 1
    assert refusal_of(authenticator, expired) == refusal_of(authenticator, expired)
    assert keys.lookups == 3
    assert lookups(first) == 0
    assert lookups(second, second, first, first) == 2


def test_cache_without_room_is_refused(forge: Forge, signer: Signer, policy: TokenPolicy) -> None:
    """A cache size of 0 raises ValueError."""
    with pytest.raises(ValueError, match=r"^The cache must have room for at least one token\.$"):
        Authenticator(forge.keys(signer.jwk()), policy, cache_size=0)


def test_cache_holds_no_token(forge: Forge, signer: Signer, authenticator: Authenticator) -> None:
    """The cache stores digests of tokens, so its repr contains neither token nor key."""
    token = signer.token(forge.claims())
    claims_of(authenticator, forge.bearer(token))

    shown = repr(vars(authenticator))

    assert "alice" in shown
    assert [part for part in (*token.split("."), signer.jwk()["x"]) if part in shown] == []
