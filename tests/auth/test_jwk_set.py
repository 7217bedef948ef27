"""A JWKS document: its limits, repeated kids, and the lookup of a key."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

from api.auth import InvalidTokenError
from api.auth.errors import UnknownKeyError
from api.auth.jwk_set import KeySetError, parse_jwks, parse_secret

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer

SECRET = b"correct horse battery staple 123"


@pytest.mark.parametrize("member", [None, 1, "key", ["key"]])
def test_member_that_is_no_key_is_skipped(
    member: object, forge: Forge, signer: Signer, caplog: pytest.LogCaptureFixture
) -> None:
    """An element of `keys` that is not an object is skipped, and the other keys are used."""
    assert list(parse_jwks(forge.jwks(member, signer.jwk())).by_kid) == [signer.kid]
    assert caplog.messages == ["Skipped key 0 of the JWKS document: it is not an object."]


@pytest.mark.parametrize("twin", [{}, {"use": "enc"}, {"d": "AAAA"}])
def test_repeated_kid_holds_neither_key(
    twin: dict[str, object], forge: Forge, signer: Signer
) -> None:
    """Two keys with one kid are both skipped, whatever the use of the second."""
    rival = forge.signer("EdDSA", signer.kid)
    other = forge.signer("ES256", "other")

    keys = parse_jwks(forge.jwks(signer.jwk(), rival.jwk(**twin), other.jwk()))

    assert list(keys.by_kid) == ["other"]
    assert list(parse_jwks(forge.jwks(signer.jwk(), other.jwk())).by_kid) == [signer.kid, "other"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "The JWKS document is not a JSON object."),
        (b'{"keys": [', "The JWKS document is not a JSON object."),
        (b"[]", "The JWKS document is not a JSON object."),
        (b'{"keys": ' + b"[" * 200_000, "The JWKS document is not a JSON object."),
        (b"{}", "The JWKS document has no list of keys."),
        (b'{"keys": {}}', "The JWKS document has no list of keys."),
        (b'{"keys": []}', "The JWKS document has no usable key."),
        (b'{"keys": [{"kty": "oct", "kid": "a"}]}', "The JWKS document has no usable key."),
        (json.dumps({"keys": [{}] * 101}).encode(), "The JWKS document has too many keys."),
        (b'{"keys": []}' + b" " * 256 * 1024, "The JWKS document is too large."),
    ],
)
def test_document_without_a_usable_key_is_an_error(document: bytes, reason: str) -> None:
    """A document without a usable key is an error that gives the reason."""
    with pytest.raises(KeySetError) as caught:
        parse_jwks(document)

    assert str(caught.value) == reason


def test_hundred_keys_in_256_kib_are_read(forge: Forge, signer: Signer) -> None:
    """Exactly 100 keys and exactly 256 KiB are accepted."""
    document = forge.jwks(*(signer.jwk(kid=str(number)) for number in range(100)))

    assert len(parse_jwks(document.ljust(256 * 1024)).by_kid) == 100


def test_token_names_a_key_that_is_held(forge: Forge, signer: Signer) -> None:
    """A known kid selects its key; an unknown and an absent kid raise different errors."""
    keys = parse_jwks(forge.jwks(signer.jwk()))

    assert keys.find(signer.kid).algorithm == "EdDSA"
    with pytest.raises(UnknownKeyError, match=re.escape("The token's key is not known.")):
        keys.find("other")
    with pytest.raises(InvalidTokenError, match=re.escape("does not name its key")) as caught:
        keys.find(None)
    assert not isinstance(caught.value, UnknownKeyError)


@pytest.mark.parametrize("kid", [None, "any"])
def test_shared_secret_serves_any_kid(kid: str | None) -> None:
    """A shared secret is the key for any kid or none, and its algorithm is HS256."""
    assert parse_secret(SECRET).find(kid).algorithm == "HS256"


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("", "The shared secret must have at least 32 bytes."),
        (SECRET[:31], "The shared secret must have at least 32 bytes."),
        (
            b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n",
            "The shared secret must not be a PEM, SSH or X.509 key.",
        ),
        (b"ssh-ed25519 " + b"A" * 40, "The shared secret must not be a PEM, SSH or X.509 key."),
        ("\ud800" * 40, "The shared secret must be text that UTF-8 can encode."),
    ],
)
def test_weak_shared_secret_is_refused(secret: str | bytes, reason: str) -> None:
    """A secret that is short, a public key, or not UTF-8 raises ValueError."""
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_secret(secret)


def test_reprs_show_no_key_and_no_secret(forge: Forge, signer: Signer) -> None:
    """The repr of a key set has kids and algorithms only; that of a shared secret has neither."""
    shared, published = parse_secret(SECRET), parse_jwks(forge.jwks(signer.jwk()))

    assert repr(shared) == "SharedSecret()"
    assert repr(shared.find(None)) == "VerificationKey(algorithm='HS256', signature_octets=32)"
    assert repr(published) == (
        "KeySet(by_kid={'key-EdDSA': VerificationKey(algorithm='EdDSA', signature_octets=64)})"
    )
    for text in (repr(shared.find(None).key), str(shared.find(None).key)):
        assert SECRET.decode() not in text
        assert hashlib.sha256(SECRET).hexdigest() not in text
