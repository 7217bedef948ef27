"""The accepted algorithms, and the two key classes that are added to python-jose."""

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
    """The list of accepted algorithms has exactly these five."""
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
    """A token is verified by the key that signed it, and refused by another key."""
    private = Ed25519Key(Ed25519PrivateKey.generate(), "EdDSA")
    token = jws.sign({"sub": "alice"}, private, algorithm="EdDSA")

    assert jws.verify(token, private, "EdDSA") == b'{"sub":"alice"}'
    with pytest.raises(JWSError):
        jws.verify(token, Ed25519Key(Ed25519PrivateKey.generate(), "EdDSA"), "EdDSA")


def test_ed25519_public_key_cannot_sign(signer: Signer) -> None:
    """A key from a public JWK raises TypeError when it should sign."""
    with pytest.raises(TypeError, match=re.escape("A public key cannot sign.")):
        jwk.construct(signer.jwk()).sign(b"message")


@pytest.mark.parametrize(
    ("salt_length", "verdict"), [(32, "valid"), (0, "bad"), (20, "bad"), (31, "bad"), (222, "bad")]
)
def test_ps256_salt_is_as_long_as_the_hash(
    salt_length: int, verdict: str, signers: dict[str, Signer]
) -> None:
    """Only a salt of 32 octets is valid (RFC 7518, 3.5)."""
    signer = signers["PS256"]
    assert isinstance(signer.private, rsa.RSAPrivateKey)
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length)
    signature = signer.private.sign(b"message", scheme, hashes.SHA256())

    assert jwk.construct(signer.jwk()).verify(b"message", signature) is (verdict == "valid")


@pytest.mark.parametrize("algorithm", ["EdDSA", "PS256"])
def test_key_material_is_in_no_repr(algorithm: str, signers: dict[str, Signer]) -> None:
    """The repr of a key contains no key material."""
    public = signers[algorithm].jwk()

    text = repr(jwk.construct(public))

    assert not [name for name in ("x", "n") if name in public and public[name] in text]
