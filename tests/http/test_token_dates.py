"""The dates in a token, checked over HTTP with the default settings."""

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
    """A token issued 20 seconds in the future is accepted; at 60 seconds it is refused."""
    now = time.time()

    assert answer(api, issuer.token("ahead", **{claim: now + 20})) == (200, None)
    assert answer(api, issuer.token("ahead", **{claim: now + 60})) == (401, EARLY)


def test_clock_of_the_issuer_may_be_behind(api: RunningApi, issuer: Issuer) -> None:
    """A token is accepted 20 seconds after its expiry, and refused 40 seconds after it."""
    now = time.time()

    assert answer(api, issuer.token("behind", exp=now - 20)) == (200, None)
    assert answer(api, issuer.token("behind", exp=now - 40)) == (401, EXPIRED)


def test_token_of_more_than_a_day_is_refused(api: RunningApi, issuer: Issuer) -> None:
    """A token that expires in a day is accepted; in two days it is refused, even without iat."""
    now = time.time()

    assert answer(api, issuer.token("long", exp=now + DAY)) == (200, None)
    for issued_at in (int(now), None):
        long = issuer.token("long", exp=now + 2 * DAY, iat=issued_at)
        assert answer(api, long) == (401, TOO_FAR)
