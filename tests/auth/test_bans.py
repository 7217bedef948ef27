"""Tokens of banned users, by the claims `banned` and `banExpires` of Better Auth's admin plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth import Claims, InvalidTokenError, TokenPolicy
from api.auth.claims import read_claims
from tests.auth.forge import NOW

if TYPE_CHECKING:
    from tests.auth.forge import Forge

# NOW is 2030-03-17T17:46:40Z.
AHEAD = "2030-03-17T17:46:41.000Z"
OVER = "2030-03-17T17:46:40.000Z"
BANNED = "The token says that its user is banned."


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"banned": None},
        {"banned": False},
        {"banned": False, "banExpires": AHEAD},
        {"banExpires": AHEAD},
        {"banned": True, "banExpires": OVER},
        {"banned": True, "banExpires": "2030-03-17T18:46:40+01:00"},
        {"banned": True, "banExpires": NOW},
        {"banned": True, "banExpires": NOW * 1000},
    ],
)
def test_user_without_a_ban_is_accepted(
    said: dict[str, object], forge: Forge, policy: TokenPolicy
) -> None:
    """A token is accepted without a ban, or after the ban's end.

    The end is a text with an offset, or a number of seconds or milliseconds.
    """
    payload = forge.json({**forge.claims(), **said})

    assert read_claims(payload, policy, NOW) == Claims("alice", NOW + 600)


@pytest.mark.parametrize("banned", [True, "true", "false", "", 0, 1, [], {}])
def test_anything_but_false_is_a_ban(banned: object, forge: Forge, policy: TokenPolicy) -> None:
    """Any value of `banned` other than false and null counts as a ban."""
    with pytest.raises(InvalidTokenError) as caught:
        read_claims(forge.json(forge.claims(banned=banned)), policy, NOW)

    assert str(caught.value) == BANNED
    assert read_claims(forge.json(forge.claims(banned=False)), policy, NOW).subject == "alice"


@pytest.mark.parametrize(
    "end",
    [
        AHEAD,
        "2030-03-17T18:46:41+01:00",
        NOW + 1,
        NOW + 0.5,
        NOW * 1000 + 1,
        10**400,
        None,
        "",
        "soon",
        "2030-03-17T17:46:40",  # a time without an offset
        "2020-01-01",
        "1900000000",
        "2020-01-01T00:00:00Z\u0000",
        "2020-01-01T00:00:00+24:00",
        "2020-01-01T00:00:61Z",
        "2020-02-30T00:00:00Z",
        "2020-W01-1T00:00:00Z",
        " 2020-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "1970-01-01T00:00:00.000Z",
        0,
        -1,
        True,
        False,
        [],
        {},
    ],
)
def test_ban_holds_until_an_end_that_is_understood(
    end: object, forge: Forge, policy: TokenPolicy
) -> None:
    """A ban with a later, absent or invalid end is effective; leeway does not shorten a ban."""
    claims = {**forge.claims(banned=True), "banExpires": end}

    with pytest.raises(InvalidTokenError) as caught:
        read_claims(forge.json(claims), policy, NOW)

    assert str(caught.value) == BANNED
    good = read_claims(forge.json(claims | {"banExpires": OVER}), policy, NOW)
    assert good.subject == "alice"
