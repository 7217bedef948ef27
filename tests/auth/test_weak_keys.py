"""Weak keys are skipped: their signatures can be forged, or their private key is known."""

from __future__ import annotations

import logging
from math import prod
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.auth.encoding import base64url_decode
from api.auth.jwk_set import KeySetError, parse_jwks

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.signer import Json, Signer

P = 2**255 - 19
# The four points of order 8 have this y or its negative: d y⁴ + 2 y² = 1, for the d of the curve.
EIGHTH = 2707385501144840649318225287225658788936804267575313519463743609750303402022

PRIMES = [n for n in range(2, 702) if all(n % divisor for divisor in range(2, n))]
PRIMORIAL = prod(PRIMES[:126])  # used by the flawed library for keys of 2,048 bits
LOW_ORDER = "its point has a low order"
NOT_CANONICAL = "its point is not encoded canonically"


def reason(forge: Forge, caplog: pytest.LogCaptureFixture, bad: Json) -> str:
    """Return the logged reason why the document's only key was skipped."""
    with caplog.at_level(logging.WARNING), pytest.raises(KeySetError):
        parse_jwks(forge.jwks(bad))
    [record] = caplog.records
    return record.getMessage().removeprefix("Skipped key 0 of the JWKS document: ")


def encoded(y: int, sign: int) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


@pytest.mark.parametrize(
    ("y", "sign", "flaw"),
    [
        pytest.param(1, 0, LOW_ORDER, id="identity"),
        pytest.param(P - 1, 0, LOW_ORDER, id="order 2"),
        pytest.param(0, 0, LOW_ORDER, id="order 4"),
        pytest.param(0, 1, LOW_ORDER, id="order 4, other sign"),
        *(
            pytest.param(y, sign, LOW_ORDER, id=f"order 8, {name}{sign}")
            for name, y in (("y", EIGHTH), ("-y", P - EIGHTH))
            for sign in (0, 1)
        ),
        pytest.param(P, 0, NOT_CANONICAL, id="zero as the prime"),
        pytest.param(P + 1, 0, NOT_CANONICAL, id="one as the prime and one"),
        pytest.param(P + 18, 1, NOT_CANONICAL, id="all bits set"),
        pytest.param(1, 1, NOT_CANONICAL, id="identity, sign of zero"),
        pytest.param(P - 1, 1, NOT_CANONICAL, id="order 2, sign of zero"),
        pytest.param(2, 0, "it is no point of its curve", id="no point"),
    ],
)
def test_ed25519_point_that_proves_nothing_is_refused(
    y: int,
    sign: int,
    flaw: str,
    forge: Forge,
    signer: Signer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A key that is a point of low order, a point in a second encoding, or no point is skipped."""
    bad = signer.jwk(x=forge.b64(encoded(y, sign)))

    assert reason(forge, caplog, bad) == f"{flaw}."
    assert parse_jwks(forge.jwks(signer.jwk())).find(signer.kid).algorithm == "EdDSA"


def test_identity_would_verify_every_message() -> None:
    """`cryptography` verifies any message with the identity point as key, R = the point, S = 0."""
    identity = encoded(1, 0)

    Ed25519PublicKey.from_public_bytes(identity).verify(identity + bytes(32), b"any message")


def test_ordinary_ed25519_keys_are_accepted(forge: Forge) -> None:
    """None of 50 good keys, with either sign, is skipped."""
    signers = [forge.signer("EdDSA", f"key-{n}") for n in range(50)]
    signs = {base64url_decode(signer.jwk()["x"])[31] >> 7 for signer in signers}

    found = parse_jwks(forge.jwks(*(signer.jwk() for signer in signers)))

    assert (len(found.by_kid), signs) == (50, {0, 1})


def uint(forge: Forge, number: int) -> str:
    return forge.b64(number.to_bytes((number.bit_length() + 7) // 8))


def test_even_modulus_is_refused(
    forge: Forge, signers: dict[str, Signer], caplog: pytest.LogCaptureFixture
) -> None:
    """A key with an even modulus is skipped; the key with the original, odd modulus is used."""
    good = signers["RS256"].jwk()
    modulus = int.from_bytes(base64url_decode(good["n"]))
    even = {**good, "n": uint(forge, modulus - 1)}

    assert reason(forge, caplog, even) == "its modulus is even."
    assert parse_jwks(forge.jwks(good)).by_kid.keys() == {good["kid"]}


def roca(multiple: int, exponent: int) -> int:
    """Return a number of the form that the primes of the flawed library have."""
    return multiple * PRIMORIAL + pow(65537, exponent, PRIMORIAL)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
@pytest.mark.parametrize("exponent", [0, 1, 65_537, 2**61 - 1])
def test_modulus_with_the_fingerprint_of_roca_is_refused(
    algorithm: str,
    exponent: int,
    forge: Forge,
    signers: dict[str, Signer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A modulus whose two factors have the form of the flawed library's primes is refused."""
    factor = roca(2 ** (1024 - PRIMORIAL.bit_length()), exponent)
    modulus = factor * roca(2 ** (1024 - PRIMORIAL.bit_length()) + 1, 3)
    good = signers[algorithm].jwk()
    bad = {**good, "n": uint(forge, modulus)}

    assert modulus.bit_length() >= 2048
    assert reason(forge, caplog, bad) == (
        "its modulus has the fingerprint of ROCA (CVE-2017-15361), so it can be factored."
    )
    assert parse_jwks(forge.jwks(good)).by_kid.keys() == {good["kid"]}


def test_modulus_with_logarithms_that_disagree_is_accepted(
    forge: Forge, signers: dict[str, Signer]
) -> None:
    """A power of 65537 modulo each prime, but not modulo their product, is accepted as modulus."""
    residues = dict.fromkeys(PRIMES[:39], 1) | {167: 65537 % 167}
    product = prod(residues)
    modulus = sum(
        residue * (product // prime) * pow(product // prime, -1, prime)
        for prime, residue in residues.items()
    )
    modulus = modulus % product + product * 2 ** (2048 - product.bit_length())

    assert all(modulus % prime == residue for prime, residue in residues.items())
    assert parse_jwks(forge.jwks(signers["RS256"].jwk(n=uint(forge, modulus)))).by_kid


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_key_with_a_private_member_is_refused(
    member: str,
    algorithm: str,
    forge: Forge,
    signers: dict[str, Signer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A key of any type with a private member, even an empty one, is skipped."""
    bad = signers[algorithm].jwk() | {member: ""}

    assert reason(forge, caplog, bad) == "it is private, and should not be published."
    assert parse_jwks(forge.jwks(signers[algorithm].jwk())).by_kid
