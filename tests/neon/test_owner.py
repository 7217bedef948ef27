"""Neon's roles: an owner who bypasses row-level security and is no superuser, and its group."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from api.database.identity import Database
from api.operations import startup_checks
from api.operations.migrate import migrate, newest_revision
from api.settings import Settings
from api.tables.discovery import statements
from api.tables.tasks import queries as tasks
from tests.neon.control_plane import control_plane
from tests.support.blocking import blocking
from tests.support.cluster import EMBEDDED, Cluster, new_cluster
from tests.support.server import connect, text

ROWLOCK = Path(sys.executable).with_name("rowlock")
OWNER_PASSWORD, API_PASSWORD, ROTATED = "0wner-in-Tests", "Ap1-in-Tests", "R0tated-in-Tests"

# As Neon's documentation and its catalogue describe neon_superuser and neondb_owner.
ROLES = f"""
create role neon_superuser createrole createdb bypassrls replication nologin;
grant pg_read_all_data, pg_write_all_data to neon_superuser;
create role neondb_owner createrole createdb bypassrls replication login
    password '{OWNER_PASSWORD}';
grant neon_superuser to neondb_owner;
"""
HBA = "local all postgres trust\nlocal all all scram-sha-256\n"


@dataclass(frozen=True)
class Neon:
    """A cluster with Neon's roles, and the URLs of one of its databases."""

    cluster: Cluster
    owner: URL

    @property
    def api(self) -> URL:
        """The API's URL."""
        return self.owner.set(username="rowlock_api", password=API_PASSWORD)

    def settings(self, *, api: URL | None = None, owner: URL | None = None) -> Settings:
        """The settings of a deployment; another URL may stand in for either."""
        return Settings(
            _env_file=None,
            database_url=SecretStr(text(api or self.api)),
            migration_database_url=SecretStr(text(owner or self.owner)),
            allow_development_key=True,
        )

    def execute(self, statement: str) -> None:
        """Run a statement as the superuser, whom nobody on Neon is."""
        with closing(connect(self.cluster.url.set(database="neondb"))) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def findings(self, url: URL) -> dict[str, list[startup_checks.Finding]]:
        """The findings of the checks that fail for an API with this URL."""
        with closing(Database(SecretStr(text(url)), pool_size=1, pool_timeout=5)) as database:
            results = startup_checks.inspect(database, newest_revision(), statements())
        return {result.name: result.findings for result in results if result.findings}


@pytest.fixture(scope="module")
def neon() -> Iterator[Neon]:
    """The cluster, with its database migrated by its owner."""
    with new_cluster(EMBEDDED, "log_statement = all\nlog_min_messages = debug1\n") as cluster:
        (cluster.data / "pg_hba.conf").write_text(HBA)
        cluster.start()
        with closing(connect(cluster.url)) as connection:
            connection.autocommit = True
            connection.cursor().execute(ROLES)
            connection.cursor().execute("create database neondb owner neondb_owner")
        owner = cluster.url.set(username="neondb_owner", password=OWNER_PASSWORD, database="neondb")
        made = Neon(cluster, owner)
        migrate(made.settings())
        yield made


def can_log_in(url: URL) -> bool:
    """Whether the server lets the role of a URL in with its password."""
    try:
        connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_owner_without_superuser_rights_migrates(neon: Neon) -> None:
    """The owner, whom the server calls no superuser, makes a role that passes every check."""
    with closing(connect(neon.owner)) as connection, connection.cursor() as cursor:
        assert connection.info.parameter_status("is_superuser") == "off"
        cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False, True)
        cursor.execute(
            "select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
            " from pg_roles where rolname = 'rowlock_api'"
        )
        assert cursor.fetchone() == (True, False, False, False, False, False)

    assert can_log_in(neon.api)
    assert not can_log_in(neon.api.set(password="wrong"))
    assert neon.findings(neon.api) == {}


def test_second_migration_changes_nothing(neon: Neon) -> None:
    """The owner may migrate again at any time, and the checks still hold."""
    migrate(neon.settings())

    assert neon.findings(neon.api) == {}


def test_users_are_apart(neon: Neon) -> None:
    """Each user reaches their own task over the API's role; the owner's own session sees all."""
    with blocking(neon.api) as database:
        alice, bob = database.as_user("alice"), database.as_user("bob")
        created = alice.fetch_one(tasks.CREATE, id=None, title="mine", description=None)
        assert created
        assert alice.fetch_one(tasks.READ, id=created[1]) == created[:1]
        assert bob.fetch_one(tasks.READ, id=created[1]) is None

    with closing(connect(neon.owner)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from app.tasks where user_id = 'alice'")
        assert cursor.fetchone() == (1,)  # BYPASSRLS beats FORCE: this role must not serve


def test_owner_is_refused_as_the_apis_role(neon: Neon) -> None:
    """An API that connects as the owner does not start."""
    url = SecretStr(text(neon.owner))
    with (
        closing(Database(url, pool_size=1, pool_timeout=5)) as database,
        pytest.raises(startup_checks.GuardError, match="neondb_owner: is the role of DATABASE_URL"),
    ):
        startup_checks.enforce(database, newest_revision(), statements())

    assert neon.findings(neon.api) == {}


def test_role_made_in_the_console_is_refused(neon: Neon) -> None:
    """A role in Neon's group bypasses RLS through it; without the group it may serve again."""
    neon.execute("grant neon_superuser to rowlock_api")
    try:
        findings = neon.findings(neon.api)
    finally:
        neon.execute("revoke neon_superuser from rowlock_api")

    (bypass,) = findings["role_bypass"]
    assert (bypass.object, bypass.detail) == ("rowlock_api → neon_superuser", "has BYPASSRLS")
    assert bypass.remedy == "revoke neon_superuser from rowlock_api;"
    assert neon.findings(neon.api) == {}


def test_reader_of_all_data_is_refused(neon: Neon) -> None:
    """pg_read_all_data undoes the grants, and is told apart from what bypasses RLS."""
    neon.execute("grant pg_read_all_data to rowlock_api")
    try:
        findings = neon.findings(neon.api)
    finally:
        neon.execute("revoke pg_read_all_data from rowlock_api")

    assert "role_bypass" not in findings
    (membership,) = findings["role_membership"]
    assert membership.object == "pg_read_all_data"
    assert "does not bypass row-level security, but it undoes every grant" in membership.detail


def test_password_is_rotated_and_never_seen(neon: Neon) -> None:
    """A new password in DATABASE_URL replaces the old; neither log holds it, at any level."""
    rotated = neon.api.set(password=ROTATED)
    variables = {
        "DATABASE_URL": text(rotated),
        "MIGRATION_DATABASE_URL": text(neon.owner),
        "ALLOW_DEVELOPMENT_KEY": "true",
        "LOG_LEVEL": "debug",
    }

    ran = subprocess.run(
        [ROWLOCK, "migrate"],
        env=os.environ | variables,
        cwd=neon.cluster.folder,
        capture_output=True,
        text=True,
        check=True,
    )

    assert can_log_in(rotated)
    assert not can_log_in(neon.api)
    migrate(neon.settings())
    assert can_log_in(neon.api)
    for password in (API_PASSWORD, ROTATED, OWNER_PASSWORD):
        assert password not in ran.stdout + ran.stderr
    assert "alter role rowlock_api password 'SCRAM-SHA-256$" in neon.cluster.log
    for password in (API_PASSWORD, ROTATED):
        assert password not in neon.cluster.log


def test_control_plane_gets_the_plain_text(neon: Neon) -> None:
    """Where a verifier is refused at the commit, as on Neon, the password itself is sent."""
    rotated = neon.api.set(password=ROTATED)
    with (
        tempfile.TemporaryDirectory(prefix="plane-") as folder,
        control_plane(neon.owner, Path(folder)) as owner,
    ):
        migrate(neon.settings(api=rotated, owner=owner))

    assert can_log_in(rotated)
    migrate(neon.settings())
    assert can_log_in(neon.api)


@pytest.mark.parametrize("schema", ["rowlock", "app"])
def test_squatted_schema_is_refused(neon: Neon, schema: str) -> None:
    """A schema that another role made first, with what it may hold, is not migrated into."""
    owner = neon.owner.set(database="squatted")
    neon.execute("create role squatter")
    neon.execute("create database squatted owner neondb_owner")
    try:
        with closing(connect(neon.cluster.url.set(database="squatted"))) as connection, connection:
            connection.cursor().execute(f"create schema {schema} authorization squatter")
        refusal = f"schema {schema} belongs to squatter, not to the role that migrates"
        with pytest.raises(DBAPIError, match=refusal):
            migrate(neon.settings(owner=owner, api=neon.api.set(database="squatted")))
        with closing(connect(neon.cluster.url.set(database="squatted"))) as connection, connection:
            connection.cursor().execute(f"drop schema {schema}")
        migrate(neon.settings(owner=owner, api=neon.api.set(database="squatted")))
    finally:
        neon.execute("drop database squatted with (force)")
        neon.execute("drop role squatter")
