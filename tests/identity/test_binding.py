"""Who a pooled connection speaks for: one user while it is lent, nobody otherwise."""

import io
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from psycopg2 import sql
from pydantic import SecretStr
from sqlalchemy import text as sql_text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session, func, select

from api.identity import BoundCursor, Database, User
from api.models import Task
from api.queries import Statement, tasks
from tests.support.server import Server, text

WHOAMI = Statement("select app.current_user_id()", {})


@pytest.fixture
def single(server: Server, database: str) -> Iterator[Database]:
    """A pool of one connection, so that every user gets the same one."""
    url = SecretStr(text(server.api_url(database)))
    with closing(Database(url, pool_size=1, pool_timeout=0.1)) as opened:
        yield opened


@pytest.fixture
def user(single: Database) -> User:
    """A user with one task."""
    found = single.as_user(f"user-{uuid.uuid4().hex}")
    found.fetch_one(tasks.CREATE, id=None, title="mine", description=None)
    return found


def raw(session: Session) -> BoundCursor:
    """The driver's own cursor below a session."""
    cursor: object = session.connection().connection.cursor()
    assert isinstance(cursor, BoundCursor)
    return cursor


def count(session: Session) -> int:
    """How many tasks the session sees."""
    return session.exec(select(func.count()).select_from(Task)).one()


@pytest.mark.parametrize("nobody", ["", None])
def test_there_is_no_user_without_an_id(single: Database, nobody: Any) -> None:
    """A hand on the database cannot be had for an empty id, and can for any other."""
    with pytest.raises(ValueError, match="must not be empty"):
        single.as_user(nobody)

    assert single.as_user("somebody").fetch_one(WHOAMI) == ("somebody",)


@pytest.mark.parametrize(
    "user_id", ["it's", 'say "hi"', "back\\slash", "100%", "%s", "łódź", "a b"]
)
def test_any_id_is_bound_as_it_is(single: Database, user_id: str) -> None:
    """An id with quotes, percent signs or other scripts reaches Postgres unchanged."""
    assert single.as_user(user_id).fetch_one(WHOAMI) == (user_id,)


def test_returned_connection_is_nobodys(single: Database, user: User) -> None:
    """After a user's statement the same connection sees no row, and the user still does."""
    assert single.fetch_as_nobody("select app.current_user_id()") == [(None,)]
    assert single.fetch_as_nobody("select count(*) from app.tasks") == [(0,)]

    with user.unit_of_work() as session:
        assert count(session) == 1
    assert single.fetch_as_nobody("select count(*) from app.tasks") == [(0,)]


def test_nobody_cannot_write(single: Database) -> None:
    """A statement of nobody creates no row."""
    with pytest.raises(psycopg2.Error, match="row-level security"):
        single.fetch_as_nobody("insert into app.tasks (title) values ('x') returning id")


def test_binding_outlives_a_commit_in_between(user: User) -> None:
    """A transaction that follows a commit within one unit of work is bound too."""
    with user.unit_of_work() as session:
        task = Task(title="second")
        session.add(task)
        session.commit()
        session.refresh(task)

        assert task.user_id == user.id
        assert count(session) == 2


def test_every_way_to_run_sql_is_bound(user: User) -> None:
    """Whatever form the first statement of a transaction has, it runs as the user."""
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


def test_unbindable_ways_are_refused(user: User) -> None:
    """What the driver would send past the binding is refused, and the select form works."""
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


def test_lost_race_is_run_again(single: Database, user: User) -> None:
    """A statement that fails with 40001 once succeeds at its second run."""
    once = Statement(
        # A sequence survives the rollback of the run that fails.
        """
        do $$ begin
            if nextval('pg_temp.runs') = 1 then raise exception using errcode = '40001'; end if;
        end $$;
        select currval('pg_temp.runs')
        """,
        {},
    )
    single.fetch_as_nobody("create temporary sequence runs; select 1")

    assert user.fetch_one(once) == (2,)


def test_race_lost_three_times_is_an_error(user: User) -> None:
    """A statement that fails with 40P01 every time raises after the third run."""
    always = Statement("do $$ begin raise exception using errcode = '40P01'; end $$", {})

    with pytest.raises(psycopg2.errors.DeadlockDetected):
        user.fetch_one(always)
    assert user.fetch_one(WHOAMI) == (user.id,)


def test_broken_connection_is_replaced(single: Database, user: User) -> None:
    """After the server ends a connection, the next statement gets a new one."""
    suicide = Statement("select pg_terminate_backend(pg_backend_pid())", {})
    with pytest.raises(psycopg2.OperationalError):
        user.fetch_one(suicide)

    assert user.fetch_one(WHOAMI) == (user.id,)
    assert single.fetch_as_nobody("select app.current_user_id()") == [(None,)]


def test_waiting_for_a_connection_ends(single: Database, user: User) -> None:
    """A second caller waits no longer than the pool's timeout, then gets an error."""
    with user.unit_of_work() as session:
        assert count(session) == 1
        with pytest.raises(PoolTimeoutError):
            single.as_user("other").fetch_one(WHOAMI)

    assert single.as_user("other").fetch_one(WHOAMI) == ("other",)
