"""JSON Web Keys that are used, and keys that are skipped with a reason."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from api.auth.jwk_set import parse_jwks

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer


def test_keys_of_all_five_algorithms_are_held(forge: Forge, signers: dict[str, Signer]) -> None:
    """Each key is found by its kid, with its algorithm and the size of its signatures."""
    keys = parse_jwks(forge.jwks(*(signer.jwk() for signer in signers.values())))

    found = {kid: (key.algorithm, key.signature_octets) for kid, key in keys.by_kid.items()}
    assert found == {
        "key-EdDSA": ("EdDSA", 64),
        "key-ES256": ("ES256", 64),
        "key-ES512": ("ES512", 132),
        "key-RS256": ("RS256", 256),
        "key-PS256": ("PS256", 256),
    }


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES512"])
def test_absent_alg_is_derived_from_the_curve(
    algorithm: str, forge: Forge, signers: dict[str, Signer]
) -> None:
    """An OKP or EC key without alg, use and key_ops gets its algorithm from its curve."""
    keys = parse_jwks(forge.jwks(signers[algorithm].jwk(alg=None, use=None)))

    assert keys.find(f"key-{algorithm}").algorithm == algorithm


@pytest.mark.parametrize(
    "extra",
    [
        {"key_ops": ["verify"]},
        {"key_ops": ["sign", "verify"], "use": None},
        {"x5c": ["AAAA"], "x5t": "AAAA", "exp": 1, "ext": True},
    ],
)
def test_members_that_do_no_harm_are_ignored(
    extra: dict[str, object], forge: Forge, signer: Signer
) -> None:
    """A key with key_ops for verification, or with members that are ignored, is used."""
    assert list(parse_jwks(forge.jwks(signer.jwk(**extra))).by_kid) == [signer.kid]


@pytest.mark.parametrize(
    ("algorithm", "changes", "reason"),
    [
        ("EdDSA", {"kid": None}, "it has no kid"),
        ("EdDSA", {"kid": ""}, "it has no kid"),
        ("EdDSA", {"kid": 7}, "it has no kid"),
        ("EdDSA", {"use": "enc"}, "it is not for signatures"),
        ("EdDSA", {"use": ["sig"]}, "it is not for signatures"),
        ("EdDSA", {"key_ops": []}, "it is not for verification"),
        ("EdDSA", {"key_ops": ["sign"]}, "it is not for verification"),
        ("EdDSA", {"key_ops": "verify"}, "it is not for verification"),
        ("EdDSA", {"d": "AAAA"}, "it is private, and should not be published"),
        ("RS256", {"d": "AAAA"}, "it is private, and should not be published"),
        ("EdDSA", {"kty": "oct", "k": "AAAA"}, "it is symmetric"),
        ("EdDSA", {"kty": None}, "its type is not accepted"),
        ("EdDSA", {"kty": "AKP"}, "its type is not accepted"),
        ("EdDSA", {"crv": "X25519"}, "its type is not accepted"),
        ("EdDSA", {"crv": "Ed448"}, "its type is not accepted"),
        ("ES256", {"crv": "P-384"}, "its type is not accepted"),
        ("ES256", {"crv": "secp256k1"}, "its type is not accepted"),
        ("ES256", {"crv": ["P-256"]}, "its type is not accepted"),
        ("EdDSA", {"alg": "ES256"}, "its alg is not accepted for its type"),
        ("EdDSA", {"alg": "none"}, "its alg is not accepted for its type"),
        ("EdDSA", {"alg": ["EdDSA"]}, "its alg is not accepted for its type"),
        ("ES256", {"alg": "ES512"}, "its alg is not accepted for its type"),
        ("ES256", {"alg": "HS256"}, "its alg is not accepted for its type"),
        ("RS256", {"alg": "HS256"}, "its alg is not accepted for its type"),
        ("RS256", {"alg": "RS512"}, "its alg is not accepted for its type"),
        ("RS256", {"alg": "RSA-OAEP"}, "its alg is not accepted for its type"),
        ("RS256", {"alg": None}, "it names no alg, and its type allows several"),
        ("EdDSA", {"x": None}, "it is malformed"),
        ("EdDSA", {"x": 1}, "it is malformed"),
        ("EdDSA", {"x": "AAAA"}, "it is malformed"),
        ("EdDSA", {"x": "A" * 42 + "B"}, "it is malformed"),
        ("EdDSA", {"x": "A" * 43 + "="}, "it is malformed"),
        ("ES256", {"y": None}, "it is malformed"),
        ("ES256", {"y": "A" * 43}, "it is malformed"),
        ("ES256", {"x": "A" * 44}, "it is malformed"),
        ("RS256", {"n": None}, "it is malformed"),
        ("RS256", {"n": "?" * 400}, "it is malformed"),
        ("RS256", {"e": None}, "it is malformed"),
        ("RS256", {"e": "AQ"}, "it is malformed"),
        ("RS256", {"e": "AQAA"}, "it is malformed"),
        ("PS256", {"e": "AQ"}, "it is malformed"),
        ("RS256", {"e": "_" * 12}, "it is too large"),
        ("RS256", {"n": "_" * 1368}, "it is too large"),
        ("RS256", {"n": "P" + "_" * 340 + "w"}, "it is shorter than 2048 bits"),
        ("RS256", {"n": ""}, "it is shorter than 2048 bits"),
    ],
)
def test_doubtful_key_is_skipped_with_a_warning(
    algorithm: str,
    changes: dict[str, object],
    reason: str,
    forge: Forge,
    signers: dict[str, Signer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A key with a wrong member is skipped, a good key is used, and the log has the reason only."""
    good = forge.signer("EdDSA", "good")
    doubtful = signers[algorithm].jwk(**changes)

    with caplog.at_level(logging.WARNING):
        keys = parse_jwks(forge.jwks(good.jwk(), doubtful))

    assert list(keys.by_kid) == ["good"]
    assert caplog.messages == [f"Skipped key 1 of the JWKS document: {reason}."]
