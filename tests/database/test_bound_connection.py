"""Every statement of a transaction runs as its user; without a user no row is visible."""

import io
from typing import Any

import psycopg2
import pytest
from psycopg2 import sql
from sqlalchemy import text as sql_text
from sqlmodel import Session

from api.database.bound_connection import BoundCursor
from api.tables.tasks.model import Task
from tests.database.sessions import WHOAMI, count
from tests.support.blocking import BlockingDatabase, BlockingUser, blocking
from tests.support.server import Server


def raw(session: Session) -> BoundCursor:
    """The driver's cursor of a session's connection."""
    cursor: object = session.connection().connection.cursor()
    assert isinstance(cursor, BoundCursor)
    return cursor


@pytest.mark.parametrize("nobody", ["", None])
def test_there_is_no_user_without_an_id(single: BlockingDatabase, nobody: Any) -> None:
    """An empty user id raises ValueError; any other user id is accepted."""
    with pytest.raises(ValueError, match="must not be empty"):
        single.as_user(nobody)

    assert single.as_user("somebody").fetch_one(WHOAMI) == ("somebody",)


@pytest.mark.parametrize(
    "user_id", ["it's", 'say "hi"', "back\\slash", "100%", "%s", "łódź", "a b"]
)
def test_any_id_is_bound_as_it_is(single: BlockingDatabase, user_id: str) -> None:
    """An id with quotes, percent signs or other scripts reaches Postgres unchanged."""
    assert single.as_user(user_id).fetch_one(WHOAMI) == (user_id,)


def test_returned_connection_has_no_user(single: BlockingDatabase, user: BlockingUser) -> None:
    """After a user's statement, the same connection without a user sees no row."""
    assert single.fetch_without_user("select app.current_user_id()") == [(None,)]
    assert single.fetch_without_user("select count(*) from app.tasks") == [(0,)]

    with user.unit_of_work() as session:
        assert count(session) == 1
    assert single.fetch_without_user("select count(*) from app.tasks") == [(0,)]


def test_statement_without_a_user_cannot_write(single: BlockingDatabase) -> None:
    """A statement without a user cannot create a row."""
    with pytest.raises(psycopg2.Error, match="row-level security"):
        single.fetch_without_user("insert into app.tasks (title) values ('x') returning id")


def test_binding_outlives_a_commit_in_between(user: BlockingUser) -> None:
    """After a commit within a unit of work, the next transaction also runs as its user."""
    with user.unit_of_work() as session:
        task = Task(title="second")
        session.add(task)
        session.commit()
        session.refresh(task)

        assert task.user_id == user.id
        assert count(session) == 2


def test_every_way_to_run_sql_is_bound(user: BlockingUser) -> None:
    """The first statement of a transaction runs as the user, in each form that psycopg2 accepts."""
    with user.unit_of_work() as session:
        cursor = raw(session)
        for statement in (
            "select app.current_user_id()",
            b"select app.current_user_id()",
            sql.SQL("select {}()").format(sql.Identifier("app", "current_user_id")),
        ):
            cursor.execute(statement)
            assert cursor.fetchone() == (user.id,)
            session.commit()

        cursor = raw(session)
        cursor.executemany("insert into app.tasks (title) values (%s)", [("a",), ("b",)])
        session.commit()
        assert session.execute(sql_text("select count(*) from app.tasks")).scalar() == 3


def test_unbindable_ways_are_refused(user: BlockingUser) -> None:
    """Calls of the driver that would run without the user are refused; `execute` is accepted."""
    with user.unit_of_work() as session:
        cursor = raw(session)
        for attempt in (
            lambda: cursor.callproc("app.current_user_id"),
            lambda: cursor.copy_expert("copy app.tasks to stdout", io.StringIO()),
            lambda: cursor.copy_to(io.StringIO(), "tasks"),
            lambda: cursor.copy_from(io.StringIO(), "tasks"),
        ):
            with pytest.raises(psycopg2.NotSupportedError, match="use execute"):
                attempt()  # type: ignore[no-untyped-call] # the stubs lack some types
        with pytest.raises(psycopg2.ProgrammingError, match="outside of transactions"):
            cursor.connection.cursor("named").execute("select 1")

        cursor.execute("select app.current_user_id()")
        assert cursor.fetchone() == (user.id,)


def test_text_is_utf8_whatever_the_url_says(server: Server, database: str) -> None:
    """Text is stored correctly, even if DATABASE_URL sets another client_encoding."""
    url = server.api_url(database).update_query_dict({"client_encoding": "LATIN1"})
    with blocking(url) as opened:
        assert opened.as_user("łódź \U0001f600").fetch_one(WHOAMI) == ("łódź \U0001f600",)
