"""Neon's Managed Better Auth as the issuer: one setting, and tokens over HTTP."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jose.utils import long_to_base64
from pydantic import HttpUrl, SecretStr

from api.settings import Settings
from tests.support.api import Client, RunningApi, running_api
from tests.support.issuer import Issuer
from tests.support.managed_auth import ManagedAuth, managed_auth
from tests.support.server import Server, text

NO_KEY = "The token issuer publishes no usable key."


@contextmanager
def trusting(
    server: Server, database: str, issuer: Issuer, auth: ManagedAuth
) -> Iterator[RunningApi]:
    """A Rowlock whose one setting about tokens is NEON_AUTH_BASE_URL."""
    settings = Settings(
        _env_file=None,
        database_url=SecretStr(text(server.api_url(database))),
        neon_auth_base_url=HttpUrl(auth.base_url),
        allow_plaintext=True,  # TEST_DATABASE_URL may name another server
    )
    with running_api(settings, issuer) as running:
        yield running


@pytest.fixture(scope="module")
def auth() -> Iterator[ManagedAuth]:
    """The issuer."""
    with managed_auth() as running:
        yield running


@pytest.fixture(scope="module")
def rowlock(
    server: Server, database: str, issuer: Issuer, auth: ManagedAuth
) -> Iterator[RunningApi]:
    """A Rowlock that trusts it."""
    with trusting(server, database, issuer, auth) as running:
        yield running


def user(rowlock: RunningApi, auth: ManagedAuth, **changes: object) -> Client:
    """A client of a new user, with the claims of a test."""
    name = f"user-{uuid.uuid4()}"
    return rowlock.client(auth.token(name, **changes), name)


def test_users_of_the_issuer_are_kept_apart(rowlock: RunningApi, auth: ManagedAuth) -> None:
    """The URL alone defines keys, issuer and audience: two users each see their own task."""
    with user(rowlock, auth) as ada, user(rowlock, auth) as ben:
        created = [ada.create_task(title="ada's"), ben.create_task(title="ben's")]

        assert [ada.tasks(), ben.tasks()] == [[created[0]], [created[1]]]
        assert ada.get(f"/api/tasks/{created[1]['id']}").status_code == 404
        assert ada.get("/health/ready").json()["issuer"] is True


@pytest.mark.parametrize("claim", ["iss", "aud"])
@pytest.mark.parametrize("value", ["base", "origin/", "other"])
def test_issuer_and_audience_are_the_origin_alone(
    rowlock: RunningApi, auth: ManagedAuth, claim: str, value: str
) -> None:
    """Neither the base URL, nor the origin with a slash, nor another origin is accepted."""
    wrong = {"base": auth.base_url, "origin/": f"{auth.origin}/", "other": "https://ep.test"}

    with user(rowlock, auth, **{claim: wrong[value]}) as refused:
        assert refused.get("/api/tasks").status_code == 401
    with user(rowlock, auth, **{claim: auth.origin}) as accepted:
        assert accepted.get("/api/tasks").status_code == 200


def test_banned_user_is_refused_until_the_ban_ends(rowlock: RunningApi, auth: ManagedAuth) -> None:
    """A ban without an end, or with a later end, is 401; a ban that has ended is ignored."""
    ahead, over = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, -1))

    for end in (None, ahead.isoformat()):
        with user(rowlock, auth, banned=True, banExpires=end) as banned:
            answer = banned.get("/api/tasks")
            assert answer.status_code == 401
            assert answer.json()["detail"] == "The token says that its user is banned."
    with user(rowlock, auth, banned=True, banExpires=over.isoformat()) as free:
        assert free.get("/api/tasks").status_code == 200


def test_same_token_is_accepted_once_the_ban_is_over(
    rowlock: RunningApi, auth: ManagedAuth
) -> None:
    """A refusal is not cached: after the end of a ban, its token is accepted."""
    end = time.time() + 1
    with user(rowlock, auth, banned=True, banExpires=int(end * 1000)) as banned:
        assert banned.get("/api/tasks").status_code == 401
        while time.time() < end:
            time.sleep(0.05)
        assert banned.get("/api/tasks").status_code == 200


def test_key_of_another_algorithm_is_not_used(
    server: Server, database: str, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    """Neon signs with EdDSA: an RSA key is skipped, and its tokens are 401."""
    public = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    with managed_auth() as auth:
        n, e = (long_to_base64(number).decode() for number in (public.n, public.e))
        auth.keys = [{"kty": "RSA", "kid": "rsa", "alg": "RS256", "n": n, "e": e}]
        with trusting(server, database, issuer, auth) as rowlock, user(rowlock, auth) as refused:
            answer = refused.get("/api/tasks")

    assert (answer.status_code, json.loads(answer.text)["detail"]) == (503, NO_KEY)
    assert "Skipped key 0 of the JWKS document: its issuer signs with another algorithm." in (
        caplog.messages
    )
