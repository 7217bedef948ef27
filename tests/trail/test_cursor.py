"""A reader that follows the cursor reads each event once, in any order of commits."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import count

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from api.database.bound_connection import BIND
from api.tables.events import queries
from tests.trail.conftest import Database, run

CREATE = "insert into app.tasks (title) values (%s)"
WAITING = """
select count(*) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock' and state = 'active'
"""


class Reader:
    """A reader that continues with the cursor of its last page."""

    def __init__(self, database: Database, user: str) -> None:
        self._database, self._user, self._cursor = database, user, 0
        self.titles: list[str] = []
        self.positions: list[int] = []

    def read(self) -> list[str]:
        """The titles of the events since the last call."""
        statement = queries.LIST
        with closing(self._database.api()) as connection, connection.cursor() as cursor:
            cursor.execute(BIND, (self._user, ""))
            cursor.execute(statement.sql, statement.values({"cursor": self._cursor, "limit": 200}))
            ((_, last, more, *_),) = cursor.fetchall()
            cursor.execute(
                "select position, changes ->> 'title' from app.events"
                " where position > %s and position <= %s order by position",
                (self._cursor, last),
            )
            found = cursor.fetchall()
        assert not more
        self._cursor = last
        self.positions += [position for position, _ in found]
        self.titles += [title for _, title in found]
        return [title for _, title in found]


@pytest.fixture
def begin(shared: Database) -> Iterator[Callable[[str], Connection]]:
    """A function that begins a transaction of a user, and returns its connection."""
    with ExitStack() as stack:

        def opened(user: str) -> Connection:
            connection = stack.enter_context(closing(shared.api()))
            run(connection, BIND, user, "")
            return connection

        yield opened


def wait_for_waiter(database: Database) -> None:
    """Wait until another session waits for a lock."""
    deadline = time.monotonic() + 10
    with closing(database.owner()) as connection:
        connection.autocommit = True
        while run(connection, WAITING) == [(0,)]:
            assert time.monotonic() < deadline, "no transaction waits"


def test_late_commit_is_not_missed(
    shared: Database, begin: Callable[[str], Connection], new_user: Callable[[], str]
) -> None:
    """A user's second transaction waits for the first one, and gets the next position."""
    user = new_user()
    reader = Reader(shared, user)
    first, second = begin(user), begin(user)
    run(first, CREATE, "early")
    with ThreadPoolExecutor(1) as thread:
        waits = thread.submit(run, second, CREATE, "late")
        wait_for_waiter(shared)
        assert reader.read() == []
        first.commit()
        waits.result(10)
        assert reader.read() == ["early"]
        second.commit()

    assert reader.read() == ["late"]
    assert reader.positions == [1, 2]


def test_rollback_leaves_no_gap(
    shared: Database, begin: Callable[[str], Connection], new_user: Callable[[], str]
) -> None:
    """After a rollback, the waiting transaction uses the position of the rolled-back one."""
    user = new_user()
    reader = Reader(shared, user)
    first, second = begin(user), begin(user)
    run(first, CREATE, "undone")
    with ThreadPoolExecutor(1) as thread:
        waits = thread.submit(run, second, CREATE, "done")
        wait_for_waiter(shared)
        first.rollback()
        waits.result(10)
    second.commit()

    assert (reader.read(), reader.positions) == (["done"], [1])


def test_other_users_wait_for_nothing(
    shared: Database, begin: Callable[[str], Connection], new_user: Callable[[], str]
) -> None:
    """While Alice's transaction is open, Bob can write and commit."""
    alice, bob = new_user(), new_user()
    open_one, other = begin(alice), begin(bob)
    run(open_one, CREATE, "open")
    run(other, "set local lock_timeout = '1ms'")

    run(other, CREATE, "his")
    other.commit()

    assert Reader(shared, bob).read() == ["his"]
    assert Reader(shared, alice).read() == []


def test_failed_statement_leaves_nothing(
    shared: Database, begin: Callable[[str], Connection], new_user: Callable[[], str]
) -> None:
    """A statement that fails after its first rows leaves no event."""
    user = new_user()
    work = begin(user)
    run(work, "savepoint before")
    with pytest.raises(psycopg2.Error):
        run(work, "insert into app.tasks (title) values ('kept'), ('')")
    run(work, "rollback to savepoint before")
    run(work, "insert into app.tasks (title) values ('a'), ('b')")
    run(work, "update app.tasks set title = title || '!'")
    work.commit()

    reader = Reader(shared, user)
    reader.read()
    assert reader.positions == [1, 2, 3, 4]


def test_reader_of_busy_users_misses_nothing(shared: Database, new_user: Callable[[], str]) -> None:
    """With four writers per user, some of which roll back, a reader gets each position once."""
    users = [new_user() for _ in range(2)]
    readers = [Reader(shared, user) for user in users]
    done = threading.Event()
    written: dict[str, list[str]] = {user: [] for user in users}

    def write(user: str, writer: int) -> None:
        with closing(shared.api()) as connection:
            for number in range(20):
                title = f"{writer}-{number}"
                run(connection, BIND, user, "")
                run(connection, CREATE, title)
                if number % 5 == writer:
                    connection.rollback()
                else:
                    connection.commit()
                    written[user].append(title)

    def follow(reader: Reader) -> None:
        for _ in count():
            last = done.is_set()
            reader.read()
            if last:
                return

    with ThreadPoolExecutor(10) as threads:
        following = [threads.submit(follow, reader) for reader in readers]
        writing = [threads.submit(write, user, n) for user in users for n in range(4)]
        for work in writing:
            work.result(60)
        done.set()
        for work in following:
            work.result(60)

    for user, reader in zip(users, readers, strict=True):
        assert reader.positions == list(range(1, 65))
        assert sorted(reader.titles) == sorted(written[user])
