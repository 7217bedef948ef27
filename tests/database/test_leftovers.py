"""Session state that a unit of work leaves does not reach the next user."""

import pytest
from sqlalchemy import text as sql_text
from sqlalchemy.exc import DBAPIError

from api.database.statements import Statement
from api.tables.tasks import queries as tasks
from tests.database.sessions import WHOAMI, count
from tests.support.blocking import BlockingDatabase, BlockingUser

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
    """State that a handler leaves in its session is cleared before the next statement.

    This is tested for a statement with a user and for one without.
    """
    with user.unit_of_work() as session:
        session.execute(sql_text(left))

    assert single.fetch_without_user(seen) == [(expected,)]
    with user.unit_of_work() as session:
        session.execute(sql_text(left))
    bob = single.as_user("bob").fetch_one(Statement(seen, {}))
    assert bob == ("bob" if left.endswith("false)") else expected,)


def test_temporary_tables_are_refused(user: BlockingUser) -> None:
    """A temporary table is refused, because it could keep a copy of a user's rows."""
    with user.unit_of_work() as session:
        assert count(session) == 1
        with pytest.raises(DBAPIError, match="permission denied to create temporary tables"):
            session.execute(sql_text("create temporary table copied as select * from app.tasks"))


def test_connection_out_of_autocommit_is_replaced(user: BlockingUser) -> None:
    """After a unit of work with another isolation level, the next statement is committed."""
    with user.unit_of_work() as session:
        session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
        assert count(session) == 1
    created = user.fetch_one(tasks.CREATE, id=None, title="kept", description=None)

    assert created is not None
    assert user.fetch_one(tasks.READ, id=created[1]) == created[:1]
    with user.unit_of_work() as session:
        assert count(session) == 2


def test_transaction_left_open_is_ended(single: BlockingDatabase, user: BlockingUser) -> None:
    """A transaction that a statement left open is ended before the next user's statement."""
    user.fetch_one(Statement("begin; select 1", {}))

    assert single.as_user("bob").fetch_one(WHOAMI) == ("bob",)
    assert single.fetch_without_user("select app.current_user_id()") == [(None,)]
