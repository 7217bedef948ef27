from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jose import jwk, jws
from jose.exceptions import JWSError

from api.auth.algorithms import ALLOWED, Ed25519Key, PS256Key

if TYPE_CHECKING:
    from tests.auth.signer import Signer


def test_allow_list_is_exactly_five() -> None:
    """An algorithm outside the list is not accepted for a published key."""
    assert [algorithm.name for algorithm in ALLOWED] == [
        "EdDSA",
        "ES256",
        "ES512",
        "RS256",
        "PS256",
    ]


def test_jose_knows_the_two_added_algorithms(signers: dict[str, Signer]) -> None:
    """`jose.jwk.construct` builds our key classes from a JWK."""
    assert type(jwk.construct(signers["EdDSA"].jwk())) is Ed25519Key
    assert type(jwk.construct(signers["PS256"].jwk())) is PS256Key


def test_ed25519_private_key_signs_what_its_public_key_verifies() -> None:
    """A token of the private key verifies with its public key, and not with another."""
    private = Ed25519Key(Ed25519PrivateKey.generate(), "EdDSA")
    token = jws.sign({"sub": "alice"}, private, algorithm="EdDSA")

    assert jws.verify(token, private, "EdDSA") == b'{"sub":"alice"}'
    with pytest.raises(JWSError):
        jws.verify(token, Ed25519Key(Ed25519PrivateKey.generate(), "EdDSA"), "EdDSA")


def test_ed25519_public_key_cannot_sign(signer: Signer) -> None:
    """A key made of a public JWK refuses to sign."""
    with pytest.raises(TypeError, match=re.escape("A public key cannot sign.")):
        jwk.construct(signer.jwk()).sign(b"message")


@pytest.mark.parametrize(
    ("salt_length", "verdict"), [(32, "valid"), (0, "bad"), (20, "bad"), (31, "bad"), (222, "bad")]
)
def test_ps256_salt_is_as_long_as_the_hash(
    salt_length: int, verdict: str, signers: dict[str, Signer]
) -> None:
    """RFC 7518 section 3.5 fixes the salt at 32 octets."""
    signer = signers["PS256"]
    assert isinstance(signer.private, rsa.RSAPrivateKey)
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length)
    signature = signer.private.sign(b"message", scheme, hashes.SHA256())

    assert jwk.construct(signer.jwk()).verify(b"message", signature) is (verdict == "valid")


@pytest.mark.parametrize("algorithm", ["EdDSA", "PS256"])
def test_key_material_is_in_no_repr(algorithm: str, signers: dict[str, Signer]) -> None:
    """A key's repr names its class and nothing of the key."""
    public = signers[algorithm].jwk()

    text = repr(jwk.construct(public))

    assert not [name for name in ("x", "n") if name in public and public[name] in text]
