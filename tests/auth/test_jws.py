"""The form of a token: compact serialization, and the members of its header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth.errors import UnknownKeyError
from api.auth.jwk_set import Keys, parse_secret
from api.auth.jws import read_token
from tests.auth.verification import refusal, verify

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer
SECRET = b"correct horse battery staple 123"

NOT_COMPACT = "The token is not a compact JWS."
BAD_HEADER = "The token's header is not a JSON object."
BAD_SIGNATURE = "The token's signature is not valid."
BAD_KID = "The token's kid is not a string."
CRITICAL = "The token asks for an extension that is not supported."


@pytest.mark.parametrize("kid", [1, True, ["key-EdDSA"], {"kid": "key-EdDSA"}])
def test_kid_that_is_no_string_is_refused(kid: object, signer: Signer, keys: Keys) -> None:
    """A kid that is not a string is refused."""
    assert refusal(signer.token(b"{}", kid=kid), keys) == BAD_KID
    assert verify(signer.token(b"{}"), keys) == b"{}"


def test_kid_of_null_is_refused(forge: Forge, signer: Signer, keys: Keys) -> None:
    """A kid of null is refused and not treated as absent, even if the key needs no kid."""
    token = signer.token_of(forge.json({"alg": "EdDSA", "kid": None}), b"{}")

    assert refusal(token, keys) == BAD_KID
    assert refusal(forge.hs256(SECRET, {}, kid=None), parse_secret(SECRET)) == BAD_KID


def test_jwks_key_must_be_named(signer: Signer, keys: Keys) -> None:
    """A token without kid is refused; for an unknown kid the JWKS document may be fetched again."""
    assert refusal(signer.token(b"{}", kid=None), keys) == "The token does not name its key."
    assert refusal(signer.token(b"{}", kid=""), keys) == "The token's key is not known."
    with pytest.raises(UnknownKeyError):
        verify(signer.token(b"{}", kid="other"), keys)


@pytest.mark.parametrize("crit", [["exp"], [], None, "exp"])
def test_critical_extension_is_refused(
    crit: object, forge: Forge, signer: Signer, keys: Keys
) -> None:
    """No extension is implemented, so a header with crit is never accepted."""
    header = {"alg": "EdDSA", "kid": signer.kid, "exp": 1}

    assert refusal(signer.token_of(forge.json({**header, "crit": crit}), b"{}"), keys) == CRITICAL
    assert verify(signer.token_of(forge.json(header), b"{}"), keys) == b"{}"


def test_key_brought_along_is_never_used(forge: Forge, signer: Signer, keys: Keys) -> None:
    """The headers jwk, jku, x5u and x5c are ignored: only the kid selects a key."""
    stranger = forge.signer("EdDSA", signer.kid)
    brought = {
        "jwk": stranger.jwk(),
        "jku": "http://127.0.0.1:9/jwks",
        "x5u": "http://127.0.0.1:9/x5u",
        "x5c": ["AAAA"],
    }

    assert refusal(stranger.token(b"{}", **brought), keys) == BAD_SIGNATURE
    assert verify(signer.token(b"{}", **brought), keys) == b"{}"


@pytest.mark.parametrize("typ", [None, "JWT", "at+jwt"])
def test_typ_is_not_required(typ: str | None, signer: Signer, keys: Keys) -> None:
    """A token is accepted without typ, as Better Auth makes it, and with a typ."""
    assert verify(signer.token(b"{}", typ=typ), keys) == b"{}"


def test_only_the_strict_compact_form_is_read(signer: Signer, keys: Keys) -> None:
    """A token with padding, other characters, set unused bits, or not three segments is refused."""
    token = signer.token(b'{"sub":"alice"}')
    header, payload, signature = token.split(".")
    # The last of 86 characters carries 4 unused bits: four texts decode alike, one is canonical.
    stray = token[:-1] + chr(ord(token[-1]) + 1)
    variants = [
        "",
        ".",
        "..",
        "junk",
        f"{header}.{payload}",
        f"{header}.{payload}.",
        f"{header}..{signature}",
        f".{payload}.{signature}",
        f"{token}.",
        f".{token}",
        f"{token}.{signature}",
        f"{token}=",
        f"{token}==",
        f"{token}\n",
        f" {token}",
        f"{token} ",
        f"{header}.{payload[:4]} {payload[4:]}.{signature}",
        f"{header}.{payload[:4]}?{payload[4:]}.{signature}",
        f"{header}.{payload}A.{signature}",
        f"{token}\u00e9",
        f"{token}\x00",
        stray,
        f'{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}',
    ]

    assert {variant: refusal(variant, keys) for variant in variants} == dict.fromkeys(
        variants, NOT_COMPACT
    )
    assert verify(token, keys) == b'{"sub":"alice"}'


@pytest.mark.parametrize(
    "header",
    [
        b"foo",
        b"[]",
        b'"EdDSA"',
        b"{}{}",
        b'{"alg":"EdDSA","kid":"key-EdDSA","alg":"none"}',
        b'{"alg":"EdDSA","kid":"key-EdDSA","x":NaN}',
        b'{"alg":"EdDSA","kid":"key-EdDSA\xff"}',
        b'{"alg":' + b"[" * 100_000,
    ],
)
def test_header_that_is_no_json_object_is_refused(
    header: bytes, signer: Signer, keys: Keys
) -> None:
    """A header must be one JSON object in UTF-8, with unique names and without deep nesting."""
    assert refusal(signer.token_of(header, b"{}"), keys) == BAD_HEADER


def test_json_whitespace_in_the_header_is_no_fault(signer: Signer, keys: Keys) -> None:
    """JSON white space in the header is accepted."""
    header = b'{ "kid" : "key-EdDSA",\n\t"alg" : "EdDSA" }'

    assert verify(signer.token_of(header, b"{}"), keys) == b"{}"


def test_repr_of_a_token_hides_it(signer: Signer) -> None:
    """The repr of a token contains its algorithm and kid, but not its text."""
    token = read_token(signer.token(b"{}").encode())

    assert repr(token) == (
        "SignedToken(algorithm='EdDSA', kid='key-EdDSA', signature_characters=86)"
    )
