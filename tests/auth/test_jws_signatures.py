"""A signature is verified with the key that the token names, and with that key's algorithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth.jwk_set import Keys, parse_secret
from tests.auth.verification import refusal, verify

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer

ALGORITHMS = ["EdDSA", "ES256", "ES512", "RS256", "PS256"]
SECRET = b"correct horse battery staple 123"
BAD_ALGORITHM = "The token's algorithm is not accepted."
OTHER_ALGORITHM = "The token's algorithm is not the one of its key."
BAD_SIGNATURE = "The token's signature is not valid."


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_signature_of_each_algorithm_yields_the_payload(
    algorithm: str, signers: dict[str, Signer], keys: Keys
) -> None:
    """A valid token yields its payload; a changed payload or signature is refused."""
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
    """A token with a known kid is refused if another key signed it."""
    stranger = forge.signer(algorithm, signers[algorithm].kid)

    assert refusal(stranger.token(b"{}"), keys) == BAD_SIGNATURE


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("claimed", [*ALGORITHMS, "HS256"])
def test_token_cannot_choose_another_algorithm(
    algorithm: str, claimed: str, signers: dict[str, Signer], keys: Keys
) -> None:
    """The alg in a token's header must be the algorithm of its key."""
    token = signers[algorithm].token(b"{}", alg=claimed)

    if claimed == algorithm:
        assert verify(token, keys) == b"{}"
    else:
        assert refusal(token, keys) == OTHER_ALGORITHM


@pytest.mark.parametrize(
    "alg", [None, "none", "None", "", "HS384", "RS384", "ES384", "eddsa", "Ed448", 1, ["EdDSA"]]
)
def test_algorithm_outside_the_list_is_refused(alg: object, signer: Signer, keys: Keys) -> None:
    """An alg that is `none`, misspelt, not allowed or not a string is refused."""
    assert refusal(signer.token(b"{}", alg=alg), keys) == BAD_ALGORITHM


def test_hs256_needs_no_kid_and_excludes_every_other_algorithm(
    forge: Forge, signers: dict[str, Signer]
) -> None:
    """With a shared secret, HS256 is accepted with or without a kid; other algorithms are not."""
    secret = parse_secret(SECRET)

    assert verify(forge.hs256(SECRET, {}), secret) == b"{}"
    assert verify(forge.hs256(SECRET, {}, kid="any"), secret) == b"{}"
    assert refusal(forge.hs256(SECRET[::-1], {}), secret) == BAD_SIGNATURE
    for signer in signers.values():
        assert refusal(signer.token(b"{}"), secret) == OTHER_ALGORITHM


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_signature_of_another_size_is_refused(
    algorithm: str, change: int, forge: Forge, signers: dict[str, Signer], keys: Keys
) -> None:
    """A signature must have exactly the size for its key: 64 octets for ES256, 132 for ES512."""
    signer = signers[algorithm]
    message = signer.token(b"{}").rpartition(".")[0]
    signature = signer.sign(message.encode())
    resized = (b"\x00" * change + signature) if change > 0 else signature[:change]

    assert refusal(f"{message}.{forge.b64(resized)}", keys) == BAD_SIGNATURE
    assert verify(f"{message}.{forge.b64(signature)}", keys) == b"{}"
