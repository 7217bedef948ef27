"""The claims that a token must have, and their accepted values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth import Claims, InvalidTokenError, TokenPolicy
from api.auth.claims import read_claims

if TYPE_CHECKING:
    from tests.auth.forge import Forge

NOW = 1_900_000_000
ISSUER = "http://auth.example.test"

OTHER_ISSUER = "The token is from another issuer."
OTHER_AUDIENCE = "The token is for another audience."
EXPIRED = "The token has expired."
EARLY = "The token is not valid yet."
BAD_DATE = "The token has a date that is missing or not a number."
BAD_SUBJECT = "The token has no valid subject."
NOT_AN_OBJECT = "The token's payload is not a JSON object."


def test_good_claims_name_the_caller(forge: Forge, policy: TokenPolicy) -> None:
    """read_claims returns the token's subject and expiry; other claims are ignored."""
    payload = forge.json(forge.claims(name="Alice", role="admin"))

    assert read_claims(payload, policy, NOW) == Claims("alice", NOW + 600.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["other", ISSUER]},
        {"aud": [ISSUER]},
        {"iat": None},
        {"iat": NOW + 5},
        {"nbf": NOW + 5},
        {"nbf": NOW - 600.5},
        {"exp": NOW + 0.5},
        {"exp": NOW - 4.9},
        {"exp": NOW + 86_405},
        {"sub": "a"},
        {"sub": "a" * 255},
        {"sub": "\U0001f600" * 255},
        {"sub": "user|O'Brien; drop table \u2028"},
    ],
)
def test_claims_at_the_edge_are_accepted(
    changes: dict[str, object], forge: Forge, policy: TokenPolicy
) -> None:
    """Times within the leeway, lists of audiences, fractions and long subjects are accepted."""
    claims = forge.claims(**changes)

    assert read_claims(forge.json(claims), policy, NOW) == Claims(claims["sub"], claims["exp"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": None}, OTHER_ISSUER),
        ({"iss": ""}, OTHER_ISSUER),
        ({"iss": ISSUER + "/"}, OTHER_ISSUER),
        ({"iss": ISSUER.upper()}, OTHER_ISSUER),
        ({"iss": [ISSUER]}, OTHER_ISSUER),
        ({"aud": None}, OTHER_AUDIENCE),
        ({"aud": ""}, OTHER_AUDIENCE),
        ({"aud": []}, OTHER_AUDIENCE),
        ({"aud": ISSUER + ".evil.test"}, OTHER_AUDIENCE),
        ({"aud": ["other"]}, OTHER_AUDIENCE),
        ({"aud": [ISSUER, 1]}, OTHER_AUDIENCE),
        ({"aud": [[ISSUER]]}, OTHER_AUDIENCE),
        ({"aud": {ISSUER: True}}, OTHER_AUDIENCE),
        ({"exp": None}, BAD_DATE),
        ({"exp": True}, BAD_DATE),
        ({"exp": str(NOW + 600)}, BAD_DATE),
        ({"exp": [NOW + 600]}, BAD_DATE),
        ({"exp": -1}, BAD_DATE),
        ({"exp": 253_402_300_800}, BAD_DATE),
        ({"exp": 10**400}, BAD_DATE),
        ({"exp": 0}, EXPIRED),
        ({"exp": NOW - 5}, EXPIRED),
        ({"exp": NOW - 600}, EXPIRED),
        ({"nbf": NOW + 6}, EARLY),
        ({"nbf": NOW + 599}, EARLY),
        ({"nbf": "soon"}, BAD_DATE),
        ({"nbf": False}, BAD_DATE),
        ({"nbf": 10**400}, BAD_DATE),
        ({"iat": NOW + 6}, EARLY),
        ({"iat": "then"}, BAD_DATE),
        ({"iat": True}, BAD_DATE),
        ({"sub": None}, BAD_SUBJECT),
        ({"sub": ""}, BAD_SUBJECT),
        ({"sub": "a" * 256}, BAD_SUBJECT),
        ({"sub": 1}, BAD_SUBJECT),
        ({"sub": ["alice"]}, BAD_SUBJECT),
        ({"sub": "alice\x00"}, BAD_SUBJECT),
        ({"sub": "alice\n"}, BAD_SUBJECT),
        ({"sub": "\x7falice"}, BAD_SUBJECT),
        ({"sub": "alice\x85"}, BAD_SUBJECT),
        ({"sub": "alice\ud800"}, BAD_SUBJECT),
    ],
)
def test_bad_claim_is_refused(
    changes: dict[str, object], reason: str, forge: Forge, policy: TokenPolicy
) -> None:
    """A token with one wrong or absent claim is refused; with correct claims it is accepted."""
    with pytest.raises(InvalidTokenError) as caught:
        read_claims(forge.json(forge.claims(**changes)), policy, NOW)

    assert str(caught.value) == reason
    assert read_claims(forge.json(forge.claims()), policy, NOW).subject == "alice"


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_explicit_null_is_not_a_date(name: str, forge: Forge, policy: TokenPolicy) -> None:
    """A date of null is refused, and not treated as absent."""
    with pytest.raises(InvalidTokenError) as caught:
        read_claims(forge.json({**forge.claims(), name: None}), policy, NOW)

    assert str(caught.value) == BAD_DATE


@pytest.mark.parametrize("number", [b"1e999", b"-1e999"])
def test_infinite_expiry_is_refused(number: bytes, forge: Forge, policy: TokenPolicy) -> None:
    """An exp that is too large for a float is refused."""
    payload = forge.json(forge.claims(exp=123)).replace(b"123", number)

    with pytest.raises(InvalidTokenError) as caught:
        read_claims(payload, policy, NOW)

    assert str(caught.value) == BAD_DATE


@pytest.mark.parametrize(
    "payload", [b"", b"foo", b"[]", b'"alice"', b'{"exp":NaN}', b"\xff", b'{"a":' + b"[" * 200_000]
)
def test_payload_that_is_no_json_object_is_refused(payload: bytes, policy: TokenPolicy) -> None:
    """A payload that is not a JSON object in UTF-8, or is nested very deeply, is refused."""
    with pytest.raises(InvalidTokenError) as caught:
        read_claims(payload, policy, NOW)

    assert str(caught.value) == NOT_AN_OBJECT


def test_without_leeway_a_token_ends_on_its_second(forge: Forge) -> None:
    """Without leeway a token is refused from the second of its expiry on (RFC 7519, 4.1.4)."""
    strict = TokenPolicy(ISSUER, ISSUER, 0)
    payload = forge.json(forge.claims(exp=NOW, iat=None))

    assert read_claims(payload, strict, NOW - 0.1) == Claims("alice", NOW)
    with pytest.raises(InvalidTokenError, match=EXPIRED):
        read_claims(payload, strict, NOW)


@pytest.mark.parametrize(
    ("issuer", "audience", "leeway", "reason"),
    [
        ("", ISSUER, 5, "The issuer must not be empty."),
        (ISSUER, "", 5, "The audience must not be empty."),
        (ISSUER, ISSUER, -1, "The leeway must be a number of seconds, zero or more."),
        (ISSUER, ISSUER, float("nan"), "The leeway must be a number of seconds, zero or more."),
        (ISSUER, ISSUER, float("inf"), "The leeway must be a number of seconds, zero or more."),
    ],
)
def test_policy_that_would_accept_too_much_is_refused(
    issuer: str, audience: str, leeway: float, reason: str
) -> None:
    """An empty issuer or audience, or a leeway that is negative or not finite, is an error."""
    with pytest.raises(ValueError, match=f"^{reason}$"):
        TokenPolicy(issuer, audience, leeway)
