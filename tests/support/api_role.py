"""The owner's connection in the role rowlock_api, in a transaction that is rolled back."""

from contextlib import suppress

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - as above

from api.operations import startup_checks

# role_name checks the session's role, which is the owner here.
CHECKS = {
    path.stem: path.read_text(encoding="utf-8") for path in startup_checks.CHECKS.glob("*.sql")
}
OF_THE_CATALOGUE = sorted(CHECKS.keys() - {"role_name"})


def become_api_role(cursor: Cursor) -> None:
    """Set the role rowlock_api; an owner that is not a member becomes one first."""
    cursor.execute("savepoint role")
    with suppress(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("set local role rowlock_api")
        return
    cursor.execute("rollback to savepoint role; grant rowlock_api to current_user")
    cursor.execute("set local role rowlock_api")


def failing_checks(connection: Connection) -> dict[str, list[str]]:
    """The guard's checks that fail in this transaction, each with its findings."""
    found = {}
    with connection.cursor() as cursor:
        for name in OF_THE_CATALOGUE:
            cursor.execute("savepoint checks")
            become_api_role(cursor)
            try:
                cursor.execute(CHECKS[name])
                findings = [f"{object_} {detail}" for object_, detail, _ in cursor]
            except psycopg2.Error as error:
                findings = [str(error)]
            finally:
                cursor.execute("rollback to savepoint checks")
            if findings:
                found[name] = findings
    return found
