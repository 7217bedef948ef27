"""HS256 is accepted only with the configured shared secret, never with a public key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization

from api.auth import (
    Authenticator,
    TokenPolicy,
    shared_secret,
)
from tests.auth.outcomes import ALICE, claims_of, refusal_of

if TYPE_CHECKING:
    from tests.auth.conftest import Clock
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer
SECRET = b"correct horse battery staple 123"


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES512", "RS256", "PS256"])
def test_public_key_is_no_shared_secret(
    algorithm: str, forge: Forge, signers: dict[str, Signer], authenticator: Authenticator
) -> None:
    """An HS256 token whose secret is a published key, as PEM, DER or JWK, is refused."""
    signer = signers[algorithm]
    public = signer.private.public_key()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    secrets = [
        public.public_bytes(serialization.Encoding.PEM, spki),
        public.public_bytes(serialization.Encoding.PEM, spki).strip(),
        public.public_bytes(serialization.Encoding.DER, spki),
        json.dumps(signer.jwk()).encode(),
        forge.json(signer.jwk()),
        str(signer.jwk().get("x") or signer.jwk()["n"]).encode(),
    ]

    refusals = {
        refusal_of(authenticator, forge.bearer(forge.hs256(secret, forge.claims(), **header)))
        for secret in secrets
        for header in ({"kid": signer.kid}, {"kid": "other"}, {})
    }

    assert refusals == {
        (401, "The token's algorithm is not the one of its key."),
        (401, "The token's key is not known."),
        (401, "The token does not name its key."),
    }
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims()))) == ALICE


def test_shared_secret_is_used_alone(
    forge: Forge, signers: dict[str, Signer], policy: TokenPolicy, clock: Clock
) -> None:
    """With a shared secret, HS256 is the only accepted algorithm."""
    authenticator = Authenticator(shared_secret(SECRET), policy, clock=clock)

    assert authenticator.ready
    assert claims_of(authenticator, forge.bearer(forge.hs256(SECRET, forge.claims()))) == ALICE
    for signer in signers.values():
        assert refusal_of(authenticator, forge.bearer(signer.token(forge.claims()))) == (
            401,
            "The token's algorithm is not the one of its key.",
        )
