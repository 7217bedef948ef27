"""Fixtures that run one check as rowlock_api, or one command of `rowlock`."""

import signal
from collections.abc import Callable, Iterator

import psycopg2
import pytest

from api import cli
from api.operations.startup_checks import CHECKS, SEARCH_PATH, Finding
from tests.support.server import Server, text

Check = Callable[[str], list[Finding]]
Rowlock = Callable[..., int]


@pytest.fixture
def check(owner: psycopg2.extensions.connection) -> Check:
    """Run a check as rowlock_api in the owner's transaction, to see its uncommitted changes."""

    def run(name: str) -> list[Finding]:
        with owner.cursor() as cursor:
            cursor.execute("set local session authorization rowlock_api")
            cursor.execute(SEARCH_PATH + (CHECKS / f"{name}.sql").read_text())
            found = [Finding(*row) for row in cursor.fetchall()]
            cursor.execute("reset session authorization")
        return found

    return run


@pytest.fixture
def rowlock(monkeypatch: pytest.MonkeyPatch, server: Server) -> Iterator[Rowlock]:
    """Run a command of `rowlock` on a database, in this process, and return its exit status."""
    before = signal.getsignal(signal.SIGTERM)

    def run(command: str, database: str, **variables: str) -> int:
        urls = {
            "DATABASE_URL": text(server.api_url(database)),
            "MIGRATION_DATABASE_URL": text(server.owner_url(database)),
            "ALLOW_DEVELOPMENT_KEY": "true",
            "ALLOW_PLAINTEXT": "true",  # a container's address may not be a loopback address
            "PORT": "0",
        }
        for name, value in (urls | variables).items():
            monkeypatch.setenv(name, value)
        return cli.main([command])

    yield run
    signal.signal(signal.SIGTERM, before)
