"""In a shared database, the issuer's role and the API's role cannot read each other's tables."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from psycopg2.errors import InsufficientPrivilege, RaiseException
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from pydantic import SecretStr
from sqlalchemy import make_url

from api.database.identity import Database
from api.operations import startup_checks
from api.operations.migrate import newest_revision
from api.tables.discovery import statements
from tests.e2e.conftest import Issue
from tests.support.better_auth import (
    PASSWORD,
    SETUP,
    BetterAuth,
    Person,
    database_url,
    node,
    set_up,
)
from tests.support.server import Server, connect, text

ROWLOCK = Path(sys.executable).with_name("rowlock")
TABLES = ["account", "jwks", "session", "user", "verification"]


@pytest.fixture
def better_auth_role(server: Server, database: str, auth: BetterAuth) -> Iterator[Connection]:
    """A connection as better_auth, to the database of both."""
    assert auth.url
    with closing(connect(make_url(database_url(server, database)))) as connection:
        yield connection


def rows(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def failing(pool: Database) -> list[tuple[str, str]]:
    """The guard's findings: each object, and its remedy."""
    results = startup_checks.inspect(pool, newest_revision(), statements())
    return [(found.object, found.remedy) for result in results for found in result.findings]


def test_issuers_tables_are_in_its_own_schema(better_auth_role: Connection) -> None:
    """Better Auth's tables are in schema auth, belong to its role, and are in its search path."""
    made = "select tablename from pg_tables where tableowner = 'better_auth' and schemaname = "

    assert sorted(name for (name,) in rows(better_auth_role, made + "'auth'")) == TABLES
    assert rows(better_auth_role, made + "'public'") == []
    assert rows(better_auth_role, "show search_path") == [("auth",)]


@pytest.mark.parametrize(
    "relation",
    [
        "app.tasks",
        "rowlock.alembic_version",
        "rowlock.installed_policies",
        "rowlock.live_policies",
    ],
)
def test_issuer_cannot_read_rowlocks_tables(
    better_auth_role: Connection, owner: Connection, relation: str
) -> None:
    """A select by better_auth in schema app or rowlock is 42501; the owner can run it."""
    with pytest.raises(InsufficientPrivilege, match="permission denied for schema"):
        rows(better_auth_role, f"select from {relation}")

    rows(owner, f"select from {relation}")


@pytest.mark.parametrize("table", TABLES)
def test_api_cannot_read_the_issuers_tables(
    api_role: Connection, better_auth_role: Connection, table: str
) -> None:
    """A select by rowlock_api in schema auth is 42501; better_auth can run it."""
    with pytest.raises(InsufficientPrivilege, match="permission denied for schema auth"):
        rows(api_role, f'select from auth."{table}"')

    rows(better_auth_role, f'select from auth."{table}"')


def test_doctor_is_content_with_the_neighbour(
    server: Server, database: str, ada: Person, tmp_path: Path
) -> None:
    """With the issuer's users in the same database, every check of `rowlock doctor` passes."""
    assert ada.id
    settings = {"DATABASE_URL": text(server.api_url(database)), "ALLOW_DEVELOPMENT_KEY": "true"}

    done = subprocess.run(
        [ROWLOCK, "doctor"],
        cwd=tmp_path,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "✗" not in done.stdout


def test_guard_finds_a_right_to_the_issuers_tables(
    server: Server, own_database: str, issue: Issue
) -> None:
    """A grant to the API's role on a table of the issuer is a finding of the guard."""
    url = SecretStr(text(server.api_url(own_database)))
    with issue(own_database), closing(Database(url, pool_size=1, pool_timeout=10)) as pool:
        before = failing(pool)
        with closing(connect(make_url(database_url(server, own_database)))) as better_auth:
            better_auth.cursor().execute('grant select on "user" to rowlock_api')
            better_auth.commit()

        assert before == []
        assert failing(pool) == [
            ('auth."user"', 'revoke all on auth."user" from rowlock_api, public;')
        ]


def test_setup_and_migration_can_be_repeated(
    server: Server, database: str, auth: BetterAuth, better_auth_role: Connection
) -> None:
    """Running both again succeeds, and changes no data."""
    users = rows(better_auth_role, 'select count(*) from "user"')
    better_auth_role.rollback()

    set_up(server, database)
    migrated = node("migrate", **auth.variables)

    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert migrated.stdout == "The tables are up to date.\n"
    assert rows(better_auth_role, 'select count(*) from "user"') == users


def test_owner_without_superuser_rights_can_set_up(server: Server) -> None:
    """An owner with only CREATEROLE, as on managed Postgres, can run setup.sql twice."""
    mark = uuid.uuid4().hex[:8]
    owner, role = f"owner_{mark}", f"better_auth_{mark}"  # the session's role has another maker
    server.execute("create role {} login createrole password 'only-for-tests'", owner)
    server.execute("grant {} to current_user", owner)  # it may give a database away to this one
    try:
        with server.database() as database:
            server.execute("alter database {} owner to {}", database, owner)
            url = server.owner_url(database).set(username=owner, password=PASSWORD)
            with closing(connect(url)) as connection, connection.cursor() as cursor:
                for _ in range(2):
                    cursor.execute(SETUP.replace("better_auth", role))
                    connection.commit()
                cursor.execute(f"alter role {role} password %s", (PASSWORD,))
                connection.commit()
            with closing(connect(url.set(username=role))) as connection:
                made = rows(connection, "create table made (); select 'made'::regclass::text")
                found = rows(connection, "select 'auth.made'::regclass::text")
    finally:
        server.execute("drop role if exists {}", role)
        server.execute("drop role {}", owner)

    assert made == found == [("made",)]


def test_setup_refuses_a_role_with_more_rights(server: Server, own_database: str) -> None:
    """If better_auth has BYPASSRLS, setup.sql stops; without the attribute it succeeds."""
    with closing(connect(server.owner_url(own_database))) as connection:
        with connection.cursor() as cursor:
            cursor.execute(SETUP)
            cursor.execute("alter role better_auth bypassrls")
            with pytest.raises(RaiseException) as caught:
                cursor.execute(SETUP)
        connection.rollback()

    assert str(caught.value).partition("\n")[0] == (
        "better_auth bypasses row-level security: drop the role, and let this file create it"
    )
