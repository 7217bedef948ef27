"""Readers that do not filter by the user: one for each way to run a query.

Each returns the number of rows that it saw, and the user ids of these rows.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from api.tables.tasks.model import Task

type Seen = tuple[int, list[str]]
type Reader = Callable[[Session], Seen]

COUNT = "select count(*), array_agg(distinct user_id) from app.tasks"


def _seen(users: Iterable[str | None]) -> Seen:
    seen = [str(user) for user in users]
    return len(seen), sorted(set(seen))


def driver_cursor(session: Session) -> Any:
    """A cursor of psycopg2 on the session's connection."""
    return session.connection().connection.cursor()


def select_rows(session: Session) -> Seen:
    """Load every task."""
    return _seen(task.user_id for task in session.exec(select(Task)))


def select_columns(session: Session) -> Seen:
    """Select one column."""
    return _seen(session.exec(select(col(Task.user_id))))


def count_rows(session: Session) -> Seen:
    """Aggregate over the table."""
    users = func.array_agg(col(Task.user_id).distinct())
    count, seen = session.exec(select(func.count(), users)).one()
    return count, [str(user) for user in seen]


def join_to_itself(session: Session) -> Seen:
    """Pair every task with every task."""
    other = aliased(Task)
    pairs = session.exec(
        select(col(Task.user_id), col(other.user_id)).join(other, text("true"))
    ).all()
    return len(pairs), sorted({str(user) for pair in pairs for user in pair})


def select_from_subquery(session: Session) -> Seen:
    """Read through a common table expression."""
    query = text(
        "with everything as (select * from app.tasks)"
        " select count(*), array_agg(distinct user_id) from everything"
    )
    count, users = session.connection().execute(query).one()
    return count, users


def select_for_update(session: Session) -> Seen:
    """Lock every task."""
    return _seen(session.exec(select(col(Task.user_id)).with_for_update()))


def run_text(session: Session) -> Seen:
    """Run hand-written SQL."""
    count, users = session.connection().execute(text(COUNT)).one()
    return count, users


def run_cursor(session: Session) -> Seen:
    """Run SQL on the driver's cursor."""
    with driver_cursor(session) as cursor:
        cursor.execute(COUNT)
        count, users = cursor.fetchone()
    return count, users


def read_after_commit(session: Session) -> Seen:
    """Commit, and read in the next transaction."""
    session.exec(select(Task)).all()
    session.commit()
    return select_rows(session)


def read_after_error(session: Session) -> Seen:
    """Cause an error, roll back, and read in the next transaction."""
    session.add(Task(title=""))
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return select_rows(session)
    raise AssertionError("an empty title was accepted")


def read_after_savepoint(session: Session) -> Seen:
    """Cause an error in a savepoint, and read in the same transaction."""
    try:
        with session.begin_nested():
            session.add(Task(title=""))
            session.flush()
    except IntegrityError:
        return select_rows(session)
    raise AssertionError("an empty title was accepted")


def read_in_savepoint(session: Session) -> Seen:
    """Read in a savepoint in a savepoint."""
    with session.begin_nested(), session.begin_nested():
        return select_rows(session)


READERS: list[Reader] = [
    select_rows,
    select_columns,
    count_rows,
    join_to_itself,
    select_from_subquery,
    select_for_update,
    run_text,
    run_cursor,
    read_after_commit,
    read_after_error,
    read_after_savepoint,
    read_in_savepoint,
]
