"""Writers that neither filter by the user nor set a user id: one for each way to run a statement.

Each returns the number of rows that it wrote. The forgers, in contrast, write another user's id.
"""

from collections.abc import Callable

from psycopg2.extras import execute_batch, execute_values
from sqlalchemy import CursorResult, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, insert, select, update

from api.tables.tasks.model import Task
from tests.policies.forgetful_readers import driver_cursor

type Writer = Callable[[Session], int]
type Forger = Callable[[Session, str], object]

RENAME = "update app.tasks set title = 'overwritten'"
TITLES = ["new", "newer", "newest"]
NEW = [{"title": title} for title in TITLES]


def _rowcount(result: object) -> int:
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def update_rows(session: Session) -> int:
    """Update every task in one statement."""
    return _rowcount(session.exec(update(Task).values(title="overwritten")))


def update_objects(session: Session) -> int:
    """Load every task, change each object, and let the session write the changes."""
    found = session.exec(select(Task)).all()
    for task in found:
        task.title = "overwritten"
    session.flush()
    return len(found)


def update_from_itself(session: Session) -> int:
    """Update every task through a join with every task."""
    other = aliased(Task)
    statement = update(Task).values(title="overwritten").where(col(other.id) != col(Task.id))
    return _rowcount(session.exec(statement))


def update_by_text(session: Session) -> int:
    """Update with hand-written SQL."""
    return _rowcount(session.connection().execute(text(RENAME)))


def update_by_cursor(session: Session) -> int:
    """Update all rows on the driver's cursor: with executemany for two values, then once more."""
    with driver_cursor(session) as cursor:
        cursor.executemany("update app.tasks set title = %s", [("first",), ("overwritten",)])
        cursor.execute(RENAME)
        return int(cursor.rowcount)


def delete_rows(session: Session) -> int:
    """Delete every task in one statement."""
    return _rowcount(session.exec(delete(Task)))


def delete_objects(session: Session) -> int:
    """Load every task, and let the session delete each object."""
    found = session.exec(select(Task)).all()
    for task in found:
        session.delete(task)
    session.flush()
    return len(found)


def delete_by_text(session: Session) -> int:
    """Delete with hand-written SQL."""
    return _rowcount(session.connection().execute(text("delete from app.tasks")))


def delete_by_cursor(session: Session) -> int:
    """Delete on the driver's cursor."""
    with driver_cursor(session) as cursor:
        cursor.execute("delete from app.tasks")
        return int(cursor.rowcount)


def insert_objects(session: Session) -> int:
    """Add several tasks at once."""
    session.add_all([Task(title=title) for title in TITLES])
    session.flush()
    return len(NEW)


def insert_many_values(session: Session) -> int:
    """Insert several rows in one statement with RETURNING."""
    return len(session.execute(insert(Task).returning(col(Task.id)), NEW).all())


def insert_in_bulk(session: Session) -> int:
    """Insert several rows without RETURNING."""
    session.execute(insert(Task), NEW)
    return len(NEW)


def insert_by_cursor(session: Session) -> int:
    """Insert all rows with the driver's executemany, one statement per row."""
    with driver_cursor(session) as cursor:
        statement = "insert into app.tasks (title) values (%(title)s)"
        cursor.executemany(statement, NEW)
    return len(NEW)


def insert_values(session: Session) -> int:
    """Insert all rows with the driver's execute_values."""
    with driver_cursor(session) as cursor:
        rows = [(title,) for title in TITLES]
        execute_values(cursor, "insert into app.tasks (title) values %s", rows)
    return len(NEW)


def insert_batch(session: Session) -> int:
    """Insert all rows with the driver's execute_batch."""
    with driver_cursor(session) as cursor:
        execute_batch(cursor, "insert into app.tasks (title) values (%(title)s)", NEW)
    return len(NEW)


def forge_object(session: Session, victim: str) -> None:
    """Add a task with another user's id."""
    session.add(Task(user_id=victim, title="forged"))
    session.flush()


def forge_rows(session: Session, victim: str) -> None:
    """Insert several rows with another user's id."""
    rows = [{"title": "mine", "user_id": victim}, {"title": "forged", "user_id": victim}]
    session.execute(insert(Task), rows)


def forge_text(session: Session, victim: str) -> None:
    """Insert a row with another user's id, with hand-written SQL."""
    query = text("insert into app.tasks (user_id, title) values (:victim, 'forged')")
    session.connection().execute(query, {"victim": victim})


def give_away(session: Session, victim: str) -> None:
    """Set the user id of every task to another user's."""
    session.exec(update(Task).values(user_id=victim))


def give_object_away(session: Session, victim: str) -> None:
    """Load a task, and set its user id to another user's."""
    session.exec(select(Task)).first().user_id = victim  # type: ignore[union-attr] # there is one
    session.flush()


def upsert_over(session: Session, victim: str) -> None:
    """Insert, and on a conflict set the row's user id to another user's."""
    query = text(
        "insert into app.tasks (id, title) select id, title from app.tasks "
        "on conflict (user_id, id) do update set user_id = :victim"
    )
    session.connection().execute(query, {"victim": victim})


UPDATERS: list[Writer] = [
    update_rows,
    update_objects,
    update_from_itself,
    update_by_text,
    update_by_cursor,
]
DELETERS: list[Writer] = [delete_rows, delete_objects, delete_by_text, delete_by_cursor]
INSERTERS: list[Writer] = [
    insert_objects,
    insert_many_values,
    insert_in_bulk,
    insert_by_cursor,
    insert_values,
    insert_batch,
]
FORGERS: list[Forger] = [
    forge_object,
    forge_rows,
    forge_text,
    give_away,
    give_object_away,
    upsert_over,
]
