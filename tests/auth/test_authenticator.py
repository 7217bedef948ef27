"""Tokens that the authenticator accepts, and its errors for other tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth import (
    Authenticator,
)
from tests.auth.forge import NOW
from tests.auth.outcomes import ALICE, claims_of, refusal_of

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES512", "RS256", "PS256"])
def test_good_token_names_its_subject(
    algorithm: str, forge: Forge, signers: dict[str, Signer], authenticator: Authenticator
) -> None:
    """A token of any accepted algorithm yields the same claims, at first and from the cache."""
    headers = forge.bearer(signers[algorithm].token(forge.claims()))

    assert [claims_of(authenticator, headers) for _ in range(2)] == [ALICE, ALICE]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": NOW - 6}, "The token has expired."),
        ({"nbf": NOW + 60}, "The token is not valid yet."),
        ({"iat": NOW + 60}, "The token is not valid yet."),
        ({"iss": "http://evil.test"}, "The token is from another issuer."),
        ({"iss": None}, "The token is from another issuer."),
        ({"aud": "http://evil.test"}, "The token is for another audience."),
        ({"aud": None}, "The token is for another audience."),
        ({"exp": None}, "The token has a date that is missing or not a number."),
        ({"sub": None}, "The token has no valid subject."),
        ({"sub": ""}, "The token has no valid subject."),
        ({"sub": "a" * 256}, "The token has no valid subject."),
    ],
)
def test_token_with_a_bad_claim_is_refused(
    changes: dict[str, object],
    reason: str,
    forge: Forge,
    signer: Signer,
    authenticator: Authenticator,
) -> None:
    """A token with a wrong or absent claim is refused, although its signature is valid."""
    bad = forge.bearer(signer.token(forge.claims(**changes)))

    assert refusal_of(authenticator, bad) == (401, reason)
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims()))) == ALICE


def test_unsigned_token_is_refused(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """A token with the alg `none` is refused, with or without a signature."""
    signed = signer.token(forge.claims(), alg="none")
    bare = signed.rpartition(".")[0] + "."

    assert refusal_of(authenticator, forge.bearer(signed)) == (
        401,
        "The token's algorithm is not accepted.",
    )
    assert refusal_of(authenticator, forge.bearer(bare)) == (
        401,
        "The token is not a compact JWS.",
    )


def test_unknown_kid_is_refused(forge: Forge, signer: Signer, authenticator: Authenticator) -> None:
    """A token is refused if its kid is not in the JWKS document."""
    token = forge.signer("EdDSA", "stranger").token(forge.claims())

    assert refusal_of(authenticator, forge.bearer(token)) == (
        401,
        "The token's key is not known.",
    )
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims()))) == ALICE


def test_tampered_payload_is_refused(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """Alice's token with Bob as its subject is refused, even after hers was cached."""
    token = signer.token(forge.claims())
    header, _, signature = token.split(".")
    tampered = f"{header}.{forge.b64(forge.json(forge.claims(sub='bob')))}.{signature}"

    assert claims_of(authenticator, forge.bearer(token)) == ALICE
    assert refusal_of(authenticator, forge.bearer(tampered)) == (
        401,
        "The token's signature is not valid.",
    )
