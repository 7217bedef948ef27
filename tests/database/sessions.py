"""Queries for the user of a session, and for the number of tasks that it can see."""

from sqlmodel import Session, func, select

from api.database.statements import Statement
from api.tables.tasks.model import Task

WHOAMI = Statement("select app.current_user_id()", {})


def count(session: Session) -> int:
    """Return how many tasks the session sees."""
    return session.exec(select(func.count()).select_from(Task)).one()
