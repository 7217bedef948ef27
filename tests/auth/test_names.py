"""The accepted values of `typ` in a token, and of `alg` by RFC 9864 in a token or a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth import Authenticator, TokenPolicy
from api.auth.jwk_set import parse_jwks
from tests.auth.outcomes import ALICE, claims_of, refusal_of

if TYPE_CHECKING:
    from tests.auth.conftest import Clock
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer


@pytest.mark.parametrize(
    "typ",
    [
        None,
        "JWT",
        "jwt",
        "Jwt",
        "at+jwt",
        "AT+JWT",
        "application/jwt",
        "Application/JWT",
        "application/at+jwt",
        "APPLICATION/AT+JWT",
    ],
)
def test_type_of_a_bearer_token_is_accepted(
    typ: str | None, forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """Accepts no typ, `JWT` and `at+jwt`, in any case, with or without `application/`."""
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims(), typ=typ))) == ALICE


@pytest.mark.parametrize(
    "typ",
    [
        "",
        "JWS",
        "JOSE",
        "logout+jwt",
        "dpop+jwt",
        "secevent+jwt",
        "id+jwt",
        "application/",
        "application/application/jwt",
        "text/jwt",
        "jwt ",
        " jwt",
        "at+jwt; charset=utf-8",
        "\u212at+jwt",
        7,
        True,
        ["JWT"],
        {"JWT": "JWT"},
    ],
)
def test_token_of_another_type_is_refused(
    typ: object, forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """A token with another typ is refused, because the issuer signed it for another purpose."""
    token = signer.token(forge.claims(), typ=typ)

    assert refusal_of(authenticator, forge.bearer(token)) == (
        401,
        "The token's type is not accepted.",
    )
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims(), typ="JWT"))) == ALICE


def test_null_as_a_type_is_refused(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """A typ of null is refused, although a token without typ is accepted."""
    header = b'{"alg":"EdDSA","kid":"key-EdDSA","typ":null}'
    token = signer.token_of(header, forge.claims())

    assert refusal_of(authenticator, forge.bearer(token)) == (
        401,
        "The token's type is not accepted.",
    )


@pytest.mark.parametrize("published", ["EdDSA", "Ed25519", None])
@pytest.mark.parametrize("said", ["EdDSA", "Ed25519"])
def test_ed25519_goes_by_either_name(
    said: str,
    published: str | None,
    forge: Forge,
    signer: Signer,
    policy: TokenPolicy,
    clock: Clock,
) -> None:
    """Ed25519, the name of RFC 9864, and EdDSA mean the same, in the header and in the key."""
    keys = forge.keys(signer.jwk(alg=published))
    authenticator = Authenticator(keys, policy, clock=clock)

    token = signer.token(forge.claims(), alg=said)
    assert claims_of(authenticator, forge.bearer(token)) == ALICE

    other = forge.signer("EdDSA", signer.kid)
    forged = other.token(forge.claims(), alg=said)
    assert refusal_of(authenticator, forge.bearer(forged)) == (
        401,
        "The token's signature is not valid.",
    )


@pytest.mark.parametrize("algorithm", ["ES256", "ES512", "RS256", "PS256"])
def test_new_name_does_not_choose_the_algorithm(
    algorithm: str, forge: Forge, signers: dict[str, Signer], authenticator: Authenticator
) -> None:
    """A token that names Ed25519 is refused if its key has another algorithm."""
    signer = signers[algorithm]

    token = signer.token(forge.claims(), alg="Ed25519")

    assert refusal_of(authenticator, forge.bearer(token)) == (
        401,
        "The token's algorithm is not the one of its key.",
    )
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims()))) == ALICE


@pytest.mark.parametrize("name", ["Ed448", "ed25519", "EDDSA", "ESP256", "ESB256", "Ed25519ph"])
def test_other_fully_specified_names_are_refused(
    name: str, forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """Names of algorithms that are not implemented are refused in a header and in a key."""
    token = signer.token(forge.claims(), alg=name)

    assert refusal_of(authenticator, forge.bearer(token)) == (
        401,
        "The token's algorithm is not accepted.",
    )
    document = forge.jwks(signer.jwk(alg=name, kid="other"), signer.jwk())
    assert parse_jwks(document).by_kid.keys() == {signer.kid}
