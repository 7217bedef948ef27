"""Who a pooled connection speaks for: one user while it is lent, nobody otherwise."""

import io
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2
import pytest
from psycopg2 import sql
from sqlalchemy import text as sql_text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session, func, select

from api.database.bound_connection import BoundCursor
from api.database.statements import Statement
from api.tables.tasks import queries as tasks
from api.tables.tasks.model import Task
from tests.support.blocking import BlockingDatabase, BlockingUser, blocking
from tests.support.server import Server

WHOAMI = Statement("select app.current_user_id()", {})


@pytest.fixture
def single(server: Server, database: str) -> Iterator[BlockingDatabase]:
    """A pool of one connection, so that every user gets the same one."""
    with blocking(server.api_url(database), pool_timeout=0.1) as opened:
        yield opened


@pytest.fixture
def user(single: BlockingDatabase) -> BlockingUser:
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
def test_there_is_no_user_without_an_id(single: BlockingDatabase, nobody: Any) -> None:
    """A hand on the database cannot be had for an empty id, and can for any other."""
    with pytest.raises(ValueError, match="must not be empty"):
        single.as_user(nobody)

    assert single.as_user("somebody").fetch_one(WHOAMI) == ("somebody",)


@pytest.mark.parametrize(
    "user_id", ["it's", 'say "hi"', "back\\slash", "100%", "%s", "łódź", "a b"]
)
def test_any_id_is_bound_as_it_is(single: BlockingDatabase, user_id: str) -> None:
    """An id with quotes, percent signs or other scripts reaches Postgres unchanged."""
    assert single.as_user(user_id).fetch_one(WHOAMI) == (user_id,)


def test_returned_connection_is_nobodys(single: BlockingDatabase, user: BlockingUser) -> None:
    """After a user's statement the same connection sees no row, and the user still does."""
    assert single.fetch_without_user("select app.current_user_id()") == [(None,)]
    assert single.fetch_without_user("select count(*) from app.tasks") == [(0,)]

    with user.unit_of_work() as session:
        assert count(session) == 1
    assert single.fetch_without_user("select count(*) from app.tasks") == [(0,)]


def test_nobody_cannot_write(single: BlockingDatabase) -> None:
    """A statement of nobody creates no row."""
    with pytest.raises(psycopg2.Error, match="row-level security"):
        single.fetch_without_user("insert into app.tasks (title) values ('x') returning id")


def test_binding_outlives_a_commit_in_between(user: BlockingUser) -> None:
    """A transaction that follows a commit within one unit of work is bound too."""
    with user.unit_of_work() as session:
        task = Task(title="second")
        session.add(task)
        session.commit()
        session.refresh(task)

        assert task.user_id == user.id
        assert count(session) == 2


def test_every_way_to_run_sql_is_bound(user: BlockingUser) -> None:
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


def test_unbindable_ways_are_refused(user: BlockingUser) -> None:
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


def test_lost_race_is_run_again(server: Server, database: str, user: BlockingUser) -> None:
    """A statement that fails with 40001 once succeeds at its second run."""
    sequence = f"runs_{uuid.uuid4().hex}"  # survives the rollback of the run that fails
    server.execute("create sequence {}", sequence, database=database)
    server.execute("grant usage on sequence {} to rowlock_api", sequence, database=database)
    once = Statement(
        f"""
        do $$ begin
            if nextval('public.{sequence}') = 1 then
                raise exception using errcode = '40001';
            end if;
        end $$;
        select currval('public.{sequence}')
        """,
        {},
    )

    assert user.fetch_one(once) == (2,)


def test_race_lost_three_times_is_an_error(user: BlockingUser) -> None:
    """A statement that fails with 40P01 every time raises after the third run."""
    always = Statement("do $$ begin raise exception using errcode = '40P01'; end $$", {})

    with pytest.raises(psycopg2.errors.DeadlockDetected):
        user.fetch_one(always)
    assert user.fetch_one(WHOAMI) == (user.id,)


def test_broken_connection_is_replaced(single: BlockingDatabase, user: BlockingUser) -> None:
    """After the server ends a connection, the next statement gets a new one."""
    suicide = Statement("select pg_terminate_backend(pg_backend_pid())", {})
    with pytest.raises(psycopg2.OperationalError):
        user.fetch_one(suicide)

    assert user.fetch_one(WHOAMI) == (user.id,)
    assert single.fetch_without_user("select app.current_user_id()") == [(None,)]


def test_waiting_for_a_connection_ends(single: BlockingDatabase, user: BlockingUser) -> None:
    """A second caller waits no longer than the pool's timeout, then gets an error."""
    other = single.as_user("other")
    with ThreadPoolExecutor(1) as thread:
        sleeping = thread.submit(user.fetch_one, Statement("select pg_sleep(1)", {}))
        while not sleeping.running():
            time.sleep(0.01)
        time.sleep(0.1)
        with pytest.raises(PoolTimeoutError):
            other.fetch_one(WHOAMI)
        sleeping.result()

    assert other.fetch_one(WHOAMI) == ("other",)


def test_waiting_for_a_session_ends(single: BlockingDatabase, user: BlockingUser) -> None:
    """So does a second unit of work; statements of their own have connections of their own."""
    other = single.as_user("other")
    with user.unit_of_work() as session:
        assert count(session) == 1
        with pytest.raises(PoolTimeoutError), other.unit_of_work() as another:
            count(another)
        assert other.fetch_one(WHOAMI) == ("other",)

    with other.unit_of_work() as another:
        assert count(another) == 0


LEFTOVERS = {
    "an identity": (
        "select set_config('app.user_id', app.current_user_id(), false)",
        "select app.current_user_id()",
        None,
    ),
    "a search path": ("set search_path = app", "show search_path", "pg_catalog"),
    "no timeout": ("set statement_timeout = 0", "show statement_timeout", "5s"),
    "an open cursor": (
        "declare held cursor with hold for select title from app.tasks",
        "select count(*) from pg_cursors",
        0,
    ),
}


@pytest.mark.parametrize(("left", "seen", "expected"), LEFTOVERS.values(), ids=LEFTOVERS.keys())
def test_session_is_cleared_for_the_next_one(
    single: BlockingDatabase, user: BlockingUser, left: str, seen: str, expected: object
) -> None:
    """What a careless handler leaves in the session reaches neither the next user nor nobody."""
    with user.unit_of_work() as session:
        session.execute(sql_text(left))

    assert single.fetch_without_user(seen) == [(expected,)]
    with user.unit_of_work() as session:
        session.execute(sql_text(left))
    bob = single.as_user("bob").fetch_one(Statement(seen, {}))
    assert bob == ("bob" if left.endswith("false)") else expected,)


def test_temporary_tables_are_refused(user: BlockingUser) -> None:
    """A copy of a user's rows cannot outlive the transaction in a table of the session."""
    with user.unit_of_work() as session:
        assert count(session) == 1
        with pytest.raises(DBAPIError, match="permission denied to create temporary tables"):
            session.execute(sql_text("create temporary table copied as select * from app.tasks"))


def test_connection_out_of_autocommit_is_replaced(user: BlockingUser) -> None:
    """A session that chose its isolation level does not make the next user's write get lost."""
    with user.unit_of_work() as session:
        session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
        assert count(session) == 1
    created = user.fetch_one(tasks.CREATE, id=None, title="kept", description=None)

    assert created is not None
    assert user.fetch_one(tasks.READ, id=created[1]) == created[:1]
    with user.unit_of_work() as session:
        assert count(session) == 2


def test_text_is_utf8_whatever_the_url_says(server: Server, database: str) -> None:
    """A URL that asks for another encoding does not break what users write."""
    url = server.api_url(database).update_query_dict({"client_encoding": "LATIN1"})
    with blocking(url) as opened:
        assert opened.as_user("łódź \U0001f600").fetch_one(WHOAMI) == ("łódź \U0001f600",)


def test_transaction_left_open_is_ended(single: BlockingDatabase, user: BlockingUser) -> None:
    """A transaction that a statement of one's own left open does not speak for the next user."""
    user.fetch_one(Statement("begin; select 1", {}))

    assert single.as_user("bob").fetch_one(WHOAMI) == ("bob",)
    assert single.fetch_without_user("select app.current_user_id()") == [(None,)]
