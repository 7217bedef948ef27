"""The text that pg_stat_activity shows to other sessions for a running statement."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import pytest
from sqlalchemy import URL
from sqlalchemy import text as sql_text

from api.database.session_state import CLEAR
from api.database.statement_comments import LIMIT, blanks
from api.database.statements import Statement
from tests.support.blocking import BlockingUser, blocking
from tests.support.cluster import EMBEDDED, new_cluster
from tests.support.server import Server, connect

SECRET = "what only Alice knows"
SLEEP = Statement("select %(words)s, pg_sleep(1)", {}, name="read_task")
SHOWN = """
select query from pg_stat_activity
where pid <> pg_backend_pid() and wait_event = 'PgSleep' and datname = current_database()
"""


def a_statement(user: BlockingUser) -> None:
    """Sleep in a single statement that contains a user's words."""
    user.fetch_one(SLEEP, words=SECRET)


def first_of_unit(user: BlockingUser) -> None:
    """Sleep in the first statement of a unit of work."""
    with user.user.unit_of_work("move_tasks") as session:
        session.execute(sql_text("select :words, pg_sleep(1)"), {"words": SECRET})


def second_of_unit(user: BlockingUser) -> None:
    """Sleep in the second statement of a unit of work."""
    with user.unit_of_work() as session:
        session.execute(sql_text("select 1"))
        session.execute(sql_text("select :words, pg_sleep(1)"), {"words": SECRET})


def one_of_many(user: BlockingUser) -> None:
    """Sleep in one of the statements that the driver sends for a list of values."""
    with user.unit_of_work() as session:
        session.execute(
            sql_text("update app.tasks set title = :words where pg_sleep(1) is null"),
            [{"words": SECRET}, {"words": SECRET}],
        )


WAYS = [
    (a_statement, "read_task"),
    (first_of_unit, "move_tasks"),
    (second_of_unit, "unit_of_work"),
    (one_of_many, "unit_of_work"),
]


@dataclass(frozen=True)
class Watched:
    """A database, the API's connection to it, and two observers of its sessions."""

    api: URL | str
    sibling: URL
    dba: URL

    def shown(self, viewer: URL, work: Callable[[BlockingUser], None]) -> str:
        """The text that an observer sees while the user's statement runs."""
        with blocking(self.api) as database, ThreadPoolExecutor(1) as thread:
            user = database.as_user(f"alice {uuid.uuid4().hex}")
            with user.unit_of_work() as session:
                session.execute(sql_text("insert into app.tasks (title) values ('one')"))
            running = thread.submit(work, user)
            return self.sleeping(viewer, running.done)

    def sleeping(self, viewer: URL, done: Callable[[], bool]) -> str:
        """The text of the one statement that sleeps."""
        with closing(connect(viewer)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            asleep = False
            while not done():
                cursor.execute(SHOWN)
                found = cursor.fetchall()
                if found and asleep:
                    ((query,),) = found
                    return str(query)
                # Read twice: wait_event is current, but the first query text may be an older one.
                asleep = bool(found)
                if not asleep:
                    time.sleep(0.02)
        raise AssertionError("It did not sleep.")


@pytest.fixture
def watched(server: Server, database: str) -> Watched:
    """A database, watched by another session of the API's role and by the owner."""
    sibling = server.direct_api_url(database)
    return Watched(server.api_url(database), sibling, server.owner_url(database))


@pytest.mark.parametrize(("work", "operation"), WAYS)
def test_sibling_sees_the_operation_alone(
    watched: Watched, work: Callable[[BlockingUser], None], operation: str
) -> None:
    """Another session of the API's role sees the operation's name, but no value."""
    assert watched.shown(watched.sibling, work).rstrip() == f"/* rowlock: {operation} */;"


def test_dba_sees_the_operation(watched: Watched) -> None:
    """The owner sees which operation each session runs."""
    assert watched.shown(watched.dba, a_statement).rstrip() == "/* rowlock: read_task */;"


def test_sibling_would_see_the_words(watched: Watched) -> None:
    """The control: without the blanks, a session of the same role can read the values."""
    with closing(connect(watched.sibling)) as plain, ThreadPoolExecutor(1) as thread:
        running = thread.submit(plain.cursor().execute, f"{CLEAR}select %s, pg_sleep(1)", (SECRET,))
        assert SECRET in watched.sleeping(watched.sibling, running.done)


@pytest.mark.parametrize(("size", "hidden"), [("100B", True), ("4kB", True), ("5000B", False)])
def test_length_follows_the_server(size: str, hidden: bool) -> None:  # noqa: FBT001 - a parameter
    """Values are hidden if track_activity_query_size is at most 4 KB, and visible if it is more."""
    setting = f"track_activity_query_size = '{size}'\n"
    with new_cluster(EMBEDDED, setting) as cluster:
        cluster.start()
        with closing(connect(cluster.url)) as owner, owner.cursor() as cursor:
            cursor.execute("create schema app; create table app.tasks (title text)")
            owner.commit()
        watched = Watched(cluster.url, cluster.url, cluster.url)
        assert (SECRET not in watched.shown(cluster.url, a_statement)) is hidden


@pytest.mark.parametrize(
    ("written", "number"),
    [("1kB", 1024), ("1025B", 1025), ("100", 100), ("4kB", 4096), ("1MB", LIMIT)],
)
def test_size_is_read_as_postgres_writes_it(written: str, number: int) -> None:
    """Each unit of track_activity_query_size is parsed, and at most 4 KB of blanks are sent."""
    assert blanks(written) == b" " * number


@pytest.mark.parametrize("name", ["", "two words", "*/ drop table", "Read"])
def test_name_cannot_end_its_comment(server: Server, database: str, name: str) -> None:
    """The name of an operation with a character other than a-z, 0-9 and _ raises ValueError."""
    with pytest.raises(ValueError, match="consists of a-z, 0-9 and _"):
        Statement("select 1", {}, name=name)
    with (
        blocking(server.api_url(database)) as opened,
        pytest.raises(ValueError, match="consists of a-z, 0-9 and _"),
        opened.database.as_user("alice").unit_of_work(name),
    ):
        pass
