"""Many users at once over a small pool: no user gets a row of another user."""

import json
import random
import uuid
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from api.database.listing import Kind
from api.database.statements import Statement
from api.tables.tasks import queries as tasks
from api.tables.tasks.model import Task
from tests.support.blocking import BlockingDatabase, BlockingUser, blocking
from tests.support.server import Server

USERS, THREADS, POOL = 50, 8, 4
DEADLOCKED = 60  # seconds; ends a test that would wait for ever, even on a busy machine

KEPT = 3  # tasks that each visit creates and does not delete
LIST = tasks.LIST.ordinary[Kind("created", ("all",))]

# Counts each user's tasks, and those whose title does not begin with the user's id.
OWNED = """
select user_id, count(*), count(*) filter (where title not like user_id || ' %%')
from app.tasks
where user_id = any(%s)
group by user_id
"""

type Served = list[tuple[int, str]]  # pairs of a backend's pid and the user that it served


@pytest.fixture
def small_pool(server: Server, database: str) -> Iterator[BlockingDatabase]:
    """A new pool of four connections."""
    url = server.api_url(database)
    with blocking(url, pool_size=POOL, pool_timeout=DEADLOCKED) as pool:
        yield pool


def test_rows_never_reach_the_wrong_user(small_pool: BlockingDatabase, owner: Connection) -> None:
    """Eight threads serve 50 users each over four connections: reads, writes and errors."""
    users = [small_pool.as_user(f"user-{uuid.uuid4().hex}") for _ in range(USERS)]
    anchors = {user.id: create(user, "anchor") for user in users}
    together = Barrier(THREADS, timeout=DEADLOCKED)

    def visit_all(seed: int) -> Served:
        order = random.Random(seed).sample(users, USERS)  # noqa: S311 - an order, no secret
        together.wait()
        strangers = [*order[1:], order[0]]
        return [
            visit(user, stranger, anchors) for user, stranger in zip(order, strangers, strict=True)
        ]

    with ThreadPoolExecutor(THREADS) as executor:
        served = [one for visits in executor.map(visit_all, range(THREADS)) for one in visits]

    assert len(served) == USERS * THREADS
    with owner.cursor() as cursor:
        cursor.execute(OWNED, (list(anchors),))
        assert sorted(cursor) == sorted((user, 1 + KEPT * THREADS, 0) for user in anchors)
    users_of = defaultdict(set)
    for backend, user_id in served:
        users_of[backend].add(user_id)
    assert 1 < len(users_of) <= POOL
    assert min(map(len, users_of.values())) > 1


def visit(user: BlockingUser, stranger: BlockingUser, anchors: dict[str, UUID]) -> tuple[int, str]:
    """Run every statement on tasks of the user and of a stranger; three new tasks remain."""
    passing, kept = create(user, "passing"), create(user, "kept")

    assert body(user, tasks.READ, id=kept)["title"] == f"{user.id} kept"
    assert body(user, tasks.READ, id=anchors[user.id])["title"] == f"{user.id} anchor"
    for statement in (tasks.READ, tasks.TOGGLE, tasks.DELETE):
        assert user.fetch_one(statement, id=anchors[stranger.id]) is None
    anchor = {"id": anchors[stranger.id], "completed": True}
    assert user.fetch_one(tasks.COMPLETE, **anchor) is None
    stolen = {"id": anchors[stranger.id], "title": "stolen", "description": None}
    assert user.fetch_one(tasks.REPLACE, **stolen) is None

    replaced = body(user, tasks.REPLACE, id=kept, title=f"{user.id} new", description="text")
    assert (replaced["title"], replaced["version"]) == (f"{user.id} new", 2)
    toggled = body(user, tasks.TOGGLE, id=kept)
    assert (toggled["completed"], toggled["version"]) == (True, 3)

    with pytest.raises(psycopg2.errors.CheckViolation):
        user.fetch_one(tasks.CREATE, id=None, title="", description=None)
    with pytest.raises(IntegrityError):
        work_in_vain(user)

    backend = work(user)
    assert user.fetch_one(tasks.DELETE, id=passing) == (passing,)
    assert user.fetch_one(tasks.DELETE, id=passing) is None
    check_titles(user, [task["title"] for task in listed(user)])
    return backend, user.id


def work(user: BlockingUser) -> int:
    """Create two tasks in a unit of work with a commit in it, and return the backend's pid."""
    with user.unit_of_work() as session:
        session.add_all([Task(title=f"{user.id} {n}") for n in range(2)])
        session.commit()
        owners = set(session.exec(select(Task.user_id)))
        assert owners == {user.id}
        backend: int = session.connection().execute(text("select pg_backend_pid()")).scalar_one()
    return backend


def work_in_vain(user: BlockingUser) -> None:
    """Create a task in a unit of work that then fails."""
    with user.unit_of_work() as session:
        session.add(Task(title=f"{user.id} undone"))
        session.flush()
        session.add(Task(title=""))


def create(user: BlockingUser, name: str) -> UUID:
    """Create a task whose title begins with the user's id, and return the task's id."""
    row = user.fetch_one(tasks.CREATE, id=None, title=f"{user.id} {name}", description=None)
    assert row
    task_id: UUID = row[1]
    return task_id


def body(user: BlockingUser, statement: Statement, **values: Any) -> dict[str, Any]:
    """The task that a statement returns."""
    row = user.fetch_one(statement, **values)
    assert row
    task: dict[str, Any] = json.loads(row[0])
    return task


def listed(user: BlockingUser) -> list[dict[str, Any]]:
    """All tasks of a user: the first page contains them all."""
    row = user.fetch_one(LIST, limit=200)
    assert row
    page: list[dict[str, Any]] = json.loads(row[0])
    return page


def check_titles(user: BlockingUser, titles: list[str]) -> None:
    """Assert that every title names this user, and that no task of a failed unit of work exists."""
    assert len(titles) > KEPT
    assert {title.split(" ")[0] for title in titles} == {user.id}
    assert f"{user.id} undone" not in titles
