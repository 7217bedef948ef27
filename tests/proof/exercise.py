"""Runs statements that use every policy: those of rowlock_api, and those of the trail's roles."""

from collections.abc import Iterable

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from tests.support import isolation

# Statements of trail.record(), trail.verify() and trail.retain(). A call of these functions would
# not show which policies it uses.
OF_THE_TRAIL = (
    (
        "rowlock_recorder",
        (
            "insert into app.events (user_id, position, occurred_at, action, table_name, row_id,"
            " changes, session_role, previous_hash, hash)"
            " values ('alice', 1, now() - interval '40 days', 'create', 'tasks', '1', '{}',"
            " 'rowlock_api', '', '')"
        ),
    ),
    ("rowlock_recorder", "select position from app.events"),
    ("rowlock_retention", "select position from app.events"),
    ("rowlock_retention", "delete from app.events"),
)


def exercise(connection: Connection, commands: Iterable[str] = isolation.COMMANDS) -> None:
    """Run the statements over a connection of the owner, and roll everything back."""
    isolation.observe(connection, commands)
    with connection.cursor() as cursor:
        for role, statement in OF_THE_TRAIL:
            cursor.execute(f"set local role {role}")
            cursor.execute(statement)
            cursor.execute("reset role")
    connection.rollback()
