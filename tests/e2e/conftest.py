"""A real Better Auth, a real Rowlock that trusts it, and two users of both."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest
from pydantic import HttpUrl, SecretStr

from api.settings import Settings
from tests.support.api import Client, RunningApi, running_api
from tests.support.better_auth import BetterAuth, Person, better_auth
from tests.support.issuer import Issuer
from tests.support.server import Server, text

type Issue = Callable[..., AbstractContextManager[BetterAuth]]
type Trust = Callable[..., AbstractContextManager[RunningApi]]


@pytest.fixture(scope="session")
def trust(server: Server, issuer: Issuer) -> Trust:
    """Serve a Rowlock on a database, with tokens of a Better Auth."""

    @contextmanager
    def running(database: str, auth: BetterAuth, **changes: object) -> Iterator[RunningApi]:
        settings = Settings(
            _env_file=None,
            database_url=SecretStr(text(server.api_url(database))),
            pool_size=4,
            jwt_issuer=auth.url,
            jwt_audience=auth.url,
            jwks_url=HttpUrl(auth.jwks_url),
        ).model_copy(update=changes)
        with running_api(settings, issuer) as api:
            yield api

    return running


@pytest.fixture(scope="session")
def issue(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Issue:
    """Serve a Better Auth on a database, with the settings of a test."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):  # none leads to the loopback
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)

    @contextmanager
    def running(database: str, **settings: str) -> Iterator[BetterAuth]:
        with better_auth(server, database, tmp_path_factory.mktemp("issuer"), **settings) as auth:
            yield auth

    return running


@pytest.fixture(scope="session")
def auth(issue: Issue, database: str) -> Iterator[BetterAuth]:
    """The Better Auth of the session, in the same database as the tasks."""
    with issue(database) as running:
        yield running


@pytest.fixture(scope="session")
def rowlock(trust: Trust, database: str, auth: BetterAuth) -> Iterator[RunningApi]:
    """The Rowlock of the session."""
    with trust(database, auth) as running:
        yield running


@pytest.fixture(scope="session")
def ada(auth: BetterAuth) -> Iterator[Person]:
    """A user, signed in at the issuer."""
    with closing(auth.sign_up("ada")) as person:
        yield person


@pytest.fixture(scope="session")
def ben(auth: BetterAuth) -> Iterator[Person]:
    """Another user."""
    with closing(auth.sign_up("ben")) as person:
        yield person


@pytest.fixture
def adas(rowlock: RunningApi, ada: Person) -> Iterator[Client]:
    """Ada's client of Rowlock."""
    with rowlock.client(ada.jwt(), ada.id) as client:
        yield client


@pytest.fixture
def bens(rowlock: RunningApi, ben: Person) -> Iterator[Client]:
    """Ben's client of Rowlock."""
    with rowlock.client(ben.jwt(), ben.id) as client:
        yield client
