"""The dates of a token against the default settings, over HTTP."""

import time

import pytest

from tests.support.api import RunningApi
from tests.support.issuer import Issuer
from tests.support.problems import refusal

DAY = 24 * 3600
EARLY = "The token is not valid yet."
EXPIRED = "The token has expired."
TOO_FAR = "The token expires too far ahead."


def answer(api: RunningApi, token: str) -> tuple[int, str | None]:
    """The status, and the detail of a refusal."""
    with api.client(token) as client:
        response = client.get("/api/tasks")
    return response.status_code, None if response.status_code == 200 else refusal(response)[2]


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_clock_of_the_issuer_may_be_ahead(api: RunningApi, issuer: Issuer, claim: str) -> None:
    """20 seconds in the future are forgiven, 60 are not."""
    now = time.time()

    assert answer(api, issuer.token("ahead", **{claim: now + 20})) == (200, None)
    assert answer(api, issuer.token("ahead", **{claim: now + 60})) == (401, EARLY)


def test_clock_of_the_issuer_may_be_behind(api: RunningApi, issuer: Issuer) -> None:
    """A token is accepted for 20 seconds after its expiry, and refused after 40."""
    now = time.time()

    assert answer(api, issuer.token("behind", exp=now - 20)) == (200, None)
    assert answer(api, issuer.token("behind", exp=now - 40)) == (401, EXPIRED)


def test_token_of_more_than_a_day_is_refused(api: RunningApi, issuer: Issuer) -> None:
    """A day ahead is accepted; two days are refused, with or without iat."""
    now = time.time()

    assert answer(api, issuer.token("long", exp=now + DAY)) == (200, None)
    for issued_at in (int(now), None):
        long = issuer.token("long", exp=now + 2 * DAY, iat=issued_at)
        assert answer(api, long) == (401, TOO_FAR)
