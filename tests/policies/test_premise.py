"""The API's connections cannot bypass row-level security: every other test relies on this."""

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from tests.support import isolation
from tests.support.api_role import become_api_role
from tests.support.blocking import BlockingDatabase
from tests.support.rows import identifier, plant

ATTRIBUTES = """
select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
from pg_roles
where rolname = session_user and rolname = current_user
"""

# The role itself and every role that it is a member of, directly or indirectly.
REACH = """
with recursive reach (oid) as (
    select oid from pg_roles where rolname = current_user
    union
    select m.roleid from reach inner join pg_auth_members as m on m.member = reach.oid
)
select r.rolname, r.rolsuper or r.rolbypassrls
from reach inner join pg_roles as r using (oid)
"""

OWNED = """
select c.oid::regclass::text
from pg_class as c
where pg_has_role(c.relowner, 'member')
"""


def test_api_role_cannot_bypass_row_level_security(pool: BlockingDatabase) -> None:
    """The API connects as rowlock_api: not a superuser, no BYPASSRLS, member of no role."""
    assert pool.fetch_without_user("select session_user::text, current_user::text") == [
        ("rowlock_api", "rowlock_api")
    ]
    # The role can log in, and has none of the other attributes.
    assert pool.fetch_without_user(ATTRIBUTES) == [(True, False, False, False, False, False)]
    assert pool.fetch_without_user(REACH) == [("rowlock_api", False)]
    assert pool.fetch_without_user(OWNED) == []


def test_api_role_cannot_turn_row_level_security_off(owner: Connection) -> None:
    """With row_security off, rowlock_api gets an error for each table of schema app, and no row.

    Postgres raises this error if a policy would filter the query. The owner, who is exempt from
    policies, reads all rows with the same setting.
    """
    tables = [table.name for table in isolation.tables(owner)]
    assert "app.tasks" in tables
    for table in tables:
        with owner.cursor() as cursor:
            plant(cursor, table, "alice")
            every = sql.SQL("select user_id from {} where user_id = 'alice'")
            query = every.format(identifier(table))
            cursor.execute("set local row_security = off")
            cursor.execute(query)
            assert cursor.fetchall() == [("alice",)]
            become_api_role(cursor)
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(query)
        owner.rollback()


def test_owner_sees_every_row(owner: Connection, pool: BlockingDatabase) -> None:
    """The owner, over whose connection tests check the rows, is exempt from the policies."""
    with owner.cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchall() == [(True,)]

    assert pool.fetch_without_user("select row_security_active('app.tasks')") == [(True,)]
