"""Neon's owner can migrate. The API does not start as the owner or as a member of its group."""

from contextlib import closing

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from api.database.identity import Database
from api.operations import startup_checks
from api.operations.migrate import migrate, newest_revision
from api.tables.discovery import statements
from api.tables.tasks import queries as tasks
from tests.neon.cluster import Neon, can_log_in
from tests.support.blocking import blocking
from tests.support.server import connect, text


def test_owner_without_superuser_rights_migrates(neon: Neon) -> None:
    """The owner, who is not a superuser, creates a role that passes every check."""
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
    """The owner may migrate again at any time, and the checks still pass."""
    migrate(neon.settings())

    assert neon.findings(neon.api) == {}


def test_users_are_apart(neon: Neon) -> None:
    """As the API's role each user can read their own task; the owner's session reads all tasks."""
    with blocking(neon.api) as database:
        alice, bob = database.as_user("alice"), database.as_user("bob")
        created = alice.fetch_one(tasks.CREATE, id=None, title="mine", description=None)
        assert created
        assert alice.fetch_one(tasks.READ, id=created[1]) == created[:1]
        assert bob.fetch_one(tasks.READ, id=created[1]) is None

    with closing(connect(neon.owner)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from app.tasks where user_id = 'alice'")
        assert cursor.fetchone() == (1,)  # BYPASSRLS bypasses FORCE too: this role must not serve


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
    """A role in Neon's group can bypass RLS and is refused; without the group it may serve."""
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
    """pg_read_all_data has its own finding, because it bypasses grants but not RLS."""
    neon.execute("grant pg_read_all_data to rowlock_api")
    try:
        findings = neon.findings(neon.api)
    finally:
        neon.execute("revoke pg_read_all_data from rowlock_api")

    assert "role_bypass" not in findings
    (membership,) = findings["role_membership"]
    assert membership.object == "pg_read_all_data"
    assert "without a grant; it does not bypass row-level security" in membership.detail


@pytest.mark.parametrize("schema", ["rowlock", "app"])
def test_squatted_schema_is_refused(neon: Neon, schema: str) -> None:
    """A schema that belongs to another role is not migrated."""
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
