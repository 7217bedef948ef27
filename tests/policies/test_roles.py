"""The default ids of columns.sql, and the roles of roles.sql, which a second run resets."""

import time
import uuid

import psycopg2
import pytest

from db.install import POLICIES

ATTRIBUTES = """
select rolsuper, rolbypassrls, rolreplication, rolcreaterole, rolcreatedb, rolcanlogin
from pg_roles where rolname = %s
"""


def test_new_ids_are_of_version_7(owner: psycopg2.extensions.connection) -> None:
    """A default id is a UUID of version 7 and variant 1 whose first 48 bits are the time."""
    with owner.cursor() as cursor:
        cursor.execute("select app.new_id() from generate_series(1, 100)")
        ids = [uuid.UUID(str(row[0])) for row in cursor.fetchall()]

    assert {(found.version, found.variant) for found in ids} == {(7, uuid.RFC_4122)}
    assert len(set(ids)) == 100
    assert all(abs((found.int >> 80) / 1000 - time.time()) < 60 for found in ids)


@pytest.mark.parametrize(("role", "login"), [("rowlock_api", True), ("rowlock_auditor", False)])
def test_roles_are_put_right(
    owner: psycopg2.extensions.connection,
    role: str,
    login: bool,  # noqa: FBT001 - a parameter
) -> None:
    """Running roles.sql again removes attributes and memberships that were added to a role."""
    with owner.cursor() as cursor:
        cursor.execute(f"alter role {role} bypassrls createrole createdb {'no' * login}login")
        cursor.execute(f"grant pg_read_all_data to {role}")
        cursor.execute(f"alter role {role} set search_path = app")

        cursor.execute((POLICIES / "roles.sql").read_text())

        cursor.execute(ATTRIBUTES, (role,))
        assert cursor.fetchone() == (False, False, False, False, False, login)
        cursor.execute("select count(*) from pg_auth_members where member = %s::regrole", (role,))
        assert cursor.fetchone() == (0,)
