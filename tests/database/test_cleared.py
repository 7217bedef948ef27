"""Session state that a statement changes does not reach the next user."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from psycopg2 import errors
from sqlalchemy import text as sql_text

from api.database.statements import Statement
from api.tables.tasks import queries as tasks
from tests.support.blocking import BlockingDatabase, BlockingUser, blocking
from tests.support.server import Server

BACKEND = Statement("select pg_backend_pid()", {})
WHOAMI = Statement("select app.current_user_id()", {})


@pytest.fixture
def single(server: Server, database: str) -> Iterator[BlockingDatabase]:
    """A pool of one connection for statements and one for units of work, without a pooler."""
    with blocking(server.direct_api_url(database)) as opened:
        yield opened


def as_statement(user: BlockingUser, left: str) -> None:
    """Run the SQL as a single statement of the user."""
    user.fetch_one(Statement(f"{left}; select 1", {}))


def in_unit_of_work(user: BlockingUser, left: str) -> None:
    """Run the SQL in a unit of work of the user."""
    with user.unit_of_work() as session:
        session.execute(sql_text(left))


def create(user: BlockingUser) -> str:
    """Create two tasks as a user, in both ways, and return the user id of the rows."""
    user.fetch_one(tasks.CREATE, id=None, title="a task", description=None)
    with user.unit_of_work() as session:
        session.execute(sql_text("insert into app.tasks (title) values ('another')"))
        owners = session.execute(sql_text("select distinct user_id from app.tasks")).scalars()
        return ", ".join(owners)


LEAVE = pytest.mark.parametrize("leave", [as_statement, in_unit_of_work])
Leave = Callable[[BlockingUser, str], None]
POISON = [
    "set session characteristics as transaction read only",
    "set default_transaction_read_only = on",
    "set client_encoding = latin1",
    "set standard_conforming_strings = off",
    "set search_path = app",
    "set session characteristics as transaction isolation level serializable read only deferrable",
    "set timezone = 'Asia/Tokyo'",
    "set datestyle = 'German'",
]


@LEAVE
@pytest.mark.parametrize("left", POISON)
def test_next_user_writes_as_themselves(single: BlockingDatabase, leave: Leave, left: str) -> None:
    """Session settings of one user do not affect the rows that the next user writes."""
    leave(single.as_user("mallory"), left)
    jose = single.as_user(f"josé \\' {uuid.uuid4().hex}")

    assert create(jose) == jose.id


@LEAVE
@pytest.mark.parametrize(
    ("left", "seen", "expected"),
    [
        ("set statement_timeout = 0", "show statement_timeout", "5s"),
        ("prepare p as select 1", "select count(*) from pg_prepared_statements", 0),
        ("listen words", "select count(*) from pg_listening_channels()", 0),
        (
            "select pg_advisory_lock(4711)",
            "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711",
            0,
        ),
        (
            "declare held cursor with hold for select 1",
            "select count(*) from pg_cursors",
            0,
        ),
    ],
)
def test_session_that_continues_is_cleared(
    single: BlockingDatabase, leave: Leave, left: str, seen: str, expected: object
) -> None:
    """Settings that the server does not report are cleared for the session's next user."""
    pids = [single.as_user("mallory").fetch_one(BACKEND)]
    leave(single.as_user("mallory"), left)

    if leave is as_statement:
        assert single.as_user("bob").fetch_one(Statement(seen, {})) == (expected,)
        assert [single.as_user("bob").fetch_one(BACKEND)] == pids
    with single.as_user("bob").unit_of_work() as session:
        assert session.execute(sql_text(seen)).scalar() == expected


def test_failed_statement_does_not_undo_the_clearing(single: BlockingDatabase) -> None:
    """A setting of an earlier user stays cleared, even if the next user's statement fails."""
    mallory, bob = single.as_user("mallory"), single.as_user("bob")
    as_statement(mallory, "set statement_timeout = 0")
    pid = mallory.fetch_one(BACKEND)  # this statement clears the setting
    as_statement(mallory, "set statement_timeout = 0")
    with pytest.raises(errors.DivisionByZero):
        bob.fetch_one(Statement("select 1 / 0", {}))

    assert single.fetch_plain("show statement_timeout") == ("5s",)
    assert bob.fetch_one(BACKEND) == pid


@LEAVE
@pytest.mark.parametrize("left", POISON)
def test_session_that_reports_a_change_is_not_used_again(
    single: BlockingDatabase, leave: Leave, left: str
) -> None:
    """A connection is closed if the server reports a changed parameter, otherwise it is kept."""

    def backend() -> object:
        if leave is as_statement:
            return single.as_user("bob").fetch_one(BACKEND)
        return single.fetch_without_user(BACKEND.sql)

    before = backend()
    assert backend() == before
    leave(single.as_user("mallory"), "set work_mem = '5MB'")
    assert backend() == before

    leave(single.as_user("mallory"), left)

    with single.as_user("bob").unit_of_work() as session:
        reports = session.connection().connection.driver_connection.info.parameter_status  # type: ignore[union-attr]
        reported = reports("default_transaction_read_only"), reports("search_path")
    is_reported = "time" not in left and "date" not in left  # these are only cleared
    is_reported &= "read" not in left or reported[0] is not None
    is_reported &= "search_path" not in left or reported[1] is not None
    assert (backend() != before) is is_reported


def test_isolation_level_is_kept(single: BlockingDatabase) -> None:
    """An isolation level applies only to its unit of work, whose transactions run as its user."""
    user = single.as_user("alice")
    level = sql_text("select current_setting('transaction_isolation'), app.current_user_id()")
    for wanted in ("SERIALIZABLE", "REPEATABLE READ"):
        with user.unit_of_work() as session:
            session.connection(execution_options={"isolation_level": wanted})
            assert session.execute(level).one() == (wanted.lower(), "alice")
            session.commit()
            assert session.execute(level).one() == (wanted.lower(), "alice")
        with user.unit_of_work() as session:
            assert session.execute(level).one() == ("read committed", "alice")
