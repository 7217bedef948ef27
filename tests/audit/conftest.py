"""Queries to schema audit as an auditor: a login role that is only a member of rowlock_auditor."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest

from api.operations.startup_checks import Finding
from tests.support.server import Server

Connection = psycopg2.extensions.connection
Ask = Callable[..., list[tuple[Any, ...]]]
Find = Callable[[str], list[Finding]]

# Tests in other workers create roles with the same names in another order. The lock prevents
# deadlocks.
ONE_AT_A_TIME = "lock table pg_authid in share row exclusive mode;"


def run(owner: Connection, sql: str) -> None:
    """Run statements in the owner's transaction."""
    with owner.cursor() as cursor:
        cursor.execute((ONE_AT_A_TIME if "create role" in sql else "") + sql)


@pytest.fixture(scope="session")
def auditor(server: Server, database: str) -> Iterator[str]:
    """The name of a login role that is a member of rowlock_auditor."""
    name = f"auditor_of_{database}"
    server.execute("create role {} login in role rowlock_auditor", name)
    yield name
    server.execute("drop role {}", name)


@pytest.fixture
def ask(owner: Connection, auditor: str) -> Ask:
    """Run a query as an auditor in the owner's transaction, with its uncommitted changes."""

    def query(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with owner.cursor() as cursor:
            cursor.execute(f"set local session authorization {auditor}")
            cursor.execute(sql, parameters or None)
            found = cursor.fetchall()
            cursor.execute("reset session authorization")
        return found

    return query


@pytest.fixture
def find(ask: Ask) -> Find:
    """Read the findings of one rule."""

    def query(rule: str) -> list[Finding]:
        sql = "select object, detail, remedy from audit.findings where rule = %s order by 1, 2"
        return [Finding(*row) for row in ask(sql, rule)]

    return query
