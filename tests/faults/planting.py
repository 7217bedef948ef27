"""Planting a fault in the owner's transaction."""

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from tests.faults.fault import Fault

# The errors of an older server for statements that it does not have.
UNKNOWN = r'syntax error|unrecognized (privilege|parameter|event name)|role "pg_\w+" does not exist'

# Tests of other workers create roles with the same names in other orders, so the lock lets one at a
# time plant a fault.
# The rows of other tests may not fit a key that is added.
BEFORE = "lock table pg_authid in share row exclusive mode; delete from app.tasks;"


def plant(owner: Connection, fault: Fault) -> bool:
    """Plant a fault. Returns False if the server is too old for it, and refuses the statements."""
    with owner.cursor() as cursor:
        if owner.server_version < fault.since:
            cursor.execute("savepoint sound")
            with pytest.raises(psycopg2.Error, match=UNKNOWN):
                cursor.execute(fault.plant)
            cursor.execute("rollback to savepoint sound")
            return False
        cursor.execute(BEFORE + fault.plant)
    return True


def expected(owner: Connection, database: str, fault: Fault) -> list[tuple[str, str, str]]:
    """The rule, object and detail of every expected finding on this server."""
    with owner.cursor() as cursor:
        cursor.execute("select session_user")
        ((name,),) = cursor.fetchall()
    return fault.findings(owner.server_version, database=database, owner=name)
