"""Fixtures: one Postgres server per session, one database and one running API per worker.

Tests do not clean up: each uses users of its own, so none sees another's rows. What changes the
database itself asks for `own_database`.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path

import psycopg2
import pytest
from pydantic import SecretStr

from api.settings import Settings
from tests.support.api import Client, RunningApi, running_api
from tests.support.blocking import BlockingDatabase, blocking
from tests.support.issuer import AUDIENCE, ISSUER, Issuer
from tests.support.pooler import Pooler
from tests.support.server import Server, connect, running_server, text

_session = ExitStack()

# The server as the controlling process started it; workers inherit the environment.
_SERVER = "ROWLOCK_TEST_SERVER"

# Folders with tests of one kind of server, and how its name begins.
KINDS = {"containers": "container of ", "matrix": "Postgres "}


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, before any worker."""
    for name in Settings.model_fields:  # the tests do not use a developer's settings
        os.environ.pop(name.upper(), None)
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        server = _session.enter_context(running_server())
        os.environ[_SERVER] = json.dumps(asdict(server))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the tests that need another kind of server.

    The report's header names the server.
    """
    kind = KINDS.get(collection_path.name)
    if kind is not None and _SERVER in os.environ:
        return not json.loads(os.environ[_SERVER])["kind"].startswith(kind)
    return None


def pytest_unconfigure() -> None:
    """Stop the server, in the process that started it."""
    _session.close()


def pytest_report_header(config: pytest.Config) -> str:
    """Say which server is used."""
    if config.option.collectonly:
        return "postgres: none"
    return f"postgres: {json.loads(os.environ[_SERVER])['kind']}"


@pytest.fixture(scope="session")
def server() -> Server:
    """The Postgres server of the session."""
    found = json.loads(os.environ[_SERVER])
    pooler = found.pop("pooler")
    return Server(**found, pooler=pooler and Pooler(**pooler))


@pytest.fixture(scope="session")
def database(server: Server) -> Iterator[str]:
    """The name of the worker's migrated database. Its tests share it, and change no schema."""
    with server.database() as name:
        yield name


@pytest.fixture
def own_database(server: Server) -> Iterator[str]:
    """The name of a migrated database that only this test uses."""
    with server.database() as name:
        yield name


@pytest.fixture
def empty_database(server: Server) -> Iterator[str]:
    """The name of a database without migrations."""
    with server.database(migrated=False) as name:
        yield name


@pytest.fixture
def owner(server: Server, database: str) -> Iterator[psycopg2.extensions.connection]:
    """A connection of the owner to the worker's database; its work is rolled back."""
    with closing(connect(server.owner_url(database))) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def api_role(server: Server, database: str) -> Iterator[psycopg2.extensions.connection]:
    """A plain connection as rowlock_api, without a user; its work is rolled back."""
    with closing(connect(server.api_url(database))) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def pool(server: Server, database: str) -> Iterator[BlockingDatabase]:
    """The API's pool of four connections to the worker's database."""
    with blocking(server.api_url(database), pool_size=4, pool_timeout=10) as opened:
        yield opened


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """The token issuer that the API trusts."""
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="session")
def api_settings(server: Server, database: str, issuer: Issuer) -> Settings:
    """The settings of the worker's API."""
    return Settings(
        _env_file=None,
        database_url=SecretStr(text(server.api_url(database))),
        pool_size=4,
        jwt_issuer=ISSUER,
        jwt_audience=AUDIENCE,
        jwks_file=issuer.jwks_file,
        allow_plaintext=True,  # TEST_DATABASE_URL may name another server
        fast_route=os.environ.get("TEST_FAST_ROUTE") != "off",
    )


@pytest.fixture(scope="session")
def api(api_settings: Settings, issuer: Issuer) -> Iterator[RunningApi]:
    """The worker's API, served over HTTP."""
    with running_api(api_settings, issuer) as running:
        yield running


@pytest.fixture
def alice(api: RunningApi) -> Iterator[Client]:
    """A user."""
    with api.user("alice") as client:
        yield client


@pytest.fixture
def bob(api: RunningApi) -> Iterator[Client]:
    """Another user."""
    with api.user("bob") as client:
        yield client
