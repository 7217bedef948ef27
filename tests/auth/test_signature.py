from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth import InvalidTokenError
from api.auth.errors import UnknownKeyError
from api.auth.jwk_set import Keys, parse_jwks, parse_secret
from api.auth.jws import read_token, verify_signature

if TYPE_CHECKING:
    from tests.auth.conftest import Forge, Signer

ALGORITHMS = ["EdDSA", "ES256", "ES512", "RS256", "PS256"]
SECRET = b"correct horse battery staple 123"

NOT_COMPACT = "The token is not a compact JWS."
BAD_HEADER = "The token's header is not a JSON object."
BAD_ALGORITHM = "The token's algorithm is not accepted."
OTHER_ALGORITHM = "The token's algorithm is not the one of its key."
BAD_SIGNATURE = "The token's signature is not valid."
BAD_KID = "The token's kid is not a string."
CRITICAL = "The token asks for an extension that is not supported."


def verify(token: str, keys: Keys) -> bytes:
    return verify_signature(read_token(token.encode()), keys)


def refusal(token: str, keys: Keys) -> str:
    with pytest.raises(InvalidTokenError) as caught:
        verify(token, keys)
    return str(caught.value)


@pytest.fixture
def keys(forge: Forge, signers: dict[str, Signer]) -> Keys:
    return parse_jwks(forge.jwks(*(signer.jwk() for signer in signers.values())))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_signature_of_each_algorithm_yields_the_payload(
    algorithm: str, signers: dict[str, Signer], keys: Keys
) -> None:
    """The octets that were signed come back; a changed payload or signature does not verify."""
    token = signers[algorithm].token(b'{"sub":"alice"}')
    header, payload, signature = token.split(".")
    forged = f"{header}.{payload.replace('J', 'K', 1)}.{signature}"
    resigned = f"{header}.{payload}.{'A' * len(signature)}"

    assert verify(token, keys) == b'{"sub":"alice"}'
    assert forged != token
    assert refusal(forged, keys) == BAD_SIGNATURE
    assert refusal(resigned, keys) == BAD_SIGNATURE


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_signature_of_another_key_is_refused(
    algorithm: str, forge: Forge, signers: dict[str, Signer], keys: Keys
) -> None:
    """A stranger's key under a known kid verifies nothing."""
    stranger = forge.signer(algorithm, signers[algorithm].kid)

    assert refusal(stranger.token(b"{}"), keys) == BAD_SIGNATURE


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("claimed", [*ALGORITHMS, "HS256"])
def test_token_cannot_choose_another_algorithm(
    algorithm: str, claimed: str, signers: dict[str, Signer], keys: Keys
) -> None:
    """The token's alg must be the one of the key it names."""
    token = signers[algorithm].token(b"{}", alg=claimed)

    if claimed == algorithm:
        assert verify(token, keys) == b"{}"
    else:
        assert refusal(token, keys) == OTHER_ALGORITHM


@pytest.mark.parametrize(
    "alg", [None, "none", "None", "", "HS384", "RS384", "ES384", "eddsa", "Ed448", 1, ["EdDSA"]]
)
def test_algorithm_outside_the_list_is_refused(alg: object, signer: Signer, keys: Keys) -> None:
    """Also `none`, another spelling, and what is no string at all."""
    assert refusal(signer.token(b"{}", alg=alg), keys) == BAD_ALGORITHM


def test_hs256_needs_no_kid_and_excludes_every_other_algorithm(
    forge: Forge, signers: dict[str, Signer]
) -> None:
    """A shared secret verifies HS256 alone, with and without a kid."""
    secret = parse_secret(SECRET)

    assert verify(forge.hs256(SECRET, {}), secret) == b"{}"
    assert verify(forge.hs256(SECRET, {}, kid="any"), secret) == b"{}"
    assert refusal(forge.hs256(SECRET[::-1], {}), secret) == BAD_SIGNATURE
    for signer in signers.values():
        assert refusal(signer.token(b"{}"), secret) == OTHER_ALGORITHM


@pytest.mark.parametrize("kid", [1, True, ["key-EdDSA"], {"kid": "key-EdDSA"}])
def test_kid_that_is_no_string_is_refused(kid: object, signer: Signer, keys: Keys) -> None:
    """A kid names a key only as a string."""
    assert refusal(signer.token(b"{}", kid=kid), keys) == BAD_KID
    assert verify(signer.token(b"{}"), keys) == b"{}"


def test_kid_of_null_is_refused(forge: Forge, signer: Signer, keys: Keys) -> None:
    """A kid of null is a fault, not an absence, even where none is needed."""
    token = signer.token_of(forge.json({"alg": "EdDSA", "kid": None}), b"{}")

    assert refusal(token, keys) == BAD_KID
    assert refusal(forge.hs256(SECRET, {}, kid=None), parse_secret(SECRET)) == BAD_KID


def test_jwks_key_must_be_named(signer: Signer, keys: Keys) -> None:
    """Without a kid no key is tried; an unknown one may be asked for again."""
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
    """The headers jwk, jku, x5u and x5c select no key: only the kid does."""
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
    """Better Auth sends no typ, others do."""
    assert verify(signer.token(b"{}", typ=typ), keys) == b"{}"


def test_only_the_strict_compact_form_is_read(signer: Signer, keys: Keys) -> None:
    """Padding, foreign characters, stray bits, missing and extra segments are refused."""
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


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_signature_of_another_size_is_refused(
    algorithm: str, change: int, forge: Forge, signers: dict[str, Signer], keys: Keys
) -> None:
    """A signature has exactly the size its key makes, so 64 octets for ES256, 132 for ES512."""
    signer = signers[algorithm]
    message = signer.token(b"{}").rpartition(".")[0]
    signature = signer.sign(message.encode())
    resized = (b"\x00" * change + signature) if change > 0 else signature[:change]

    assert refusal(f"{message}.{forge.b64(resized)}", keys) == BAD_SIGNATURE
    assert verify(f"{message}.{forge.b64(signature)}", keys) == b"{}"


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
    """A header is one JSON object in UTF-8 with unique names; absurd nesting is refused alike."""
    assert refusal(signer.token_of(header, b"{}"), keys) == BAD_HEADER


def test_json_whitespace_in_the_header_is_no_fault(signer: Signer, keys: Keys) -> None:
    """What JSON allows within the octets is the issuer's choice."""
    header = b'{ "kid" : "key-EdDSA",\n\t"alg" : "EdDSA" }'

    assert verify(signer.token_of(header, b"{}"), keys) == b"{}"


def test_repr_of_a_token_hides_it(signer: Signer) -> None:
    """A token that was read shows its algorithm and kid, not its text."""
    token = read_token(signer.token(b"{}").encode())

    assert repr(token) == (
        "SignedToken(algorithm='EdDSA', kid='key-EdDSA', signature_characters=86)"
    )
