"""The tasks: how many each user has, which users take part, and how writes are undone.

The number of tasks per user follows a power law. User ids are 32 characters long, like those of
Better Auth. User ids and task ids end in numbers, so that wrk and pgbench can compute them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg2 import sql
from psycopg2.extras import execute_values

from bench.postgres import Postgres

SCRIPT = Path(__file__).with_name("data.sql")
PLAIN = Path(__file__).with_name("plain.sql")
USER_ID = "RowlockBenchmarkUserNumber"
TASK_ID = "01900000-0000-7000-8000-"
FIRST_USER = 100_001  # six digits, like the number of a task of a user
NO_TRIGGERS = "set session_replication_role = replica"  # disables the trail's triggers too
REACH = 50  # how many tasks of a user are read and changed one by one; also the size of a page
SENDERS = 1000


@dataclass(frozen=True, slots=True)
class Size:
    """How much data there is."""

    tasks: int
    users: int
    largest: int


FULL = Size(tasks=1_000_000, users=10_000, largest=20_000)
QUICK = Size(tasks=100_000, users=1_000, largest=2_000)


def user_id(number: int) -> str:
    """The id of a user."""
    return f"{USER_ID}{number}"


def task_id(number: int, task: int) -> str:
    """The id of a user's n-th task."""
    return f"{TASK_ID}{number}{100_000 + task}"


def tasks_of_users(size: Size) -> list[int]:
    """How many tasks each user has, in descending order. The sum is exactly the size."""
    low, high = 0.0, 4.0  # exponents; with a greater exponent there are fewer tasks
    for _ in range(60):
        middle = (low + high) / 2
        if sum(_power_law(size, middle)) > size.tasks:
            low = middle
        else:
            high = middle
    counts = _power_law(size, high)
    for rank in range(size.tasks - sum(counts)):
        counts[1 + rank % (size.users - 1)] += 1
    return counts


def _power_law(size: Size, exponent: float) -> list[int]:
    return [max(1, int(size.largest / rank**exponent)) for rank in range(1, size.users + 1)]


def senders(counts: Sequence[int]) -> range:
    """The numbers of the users who send requests: every n-th user whose tasks fill a page."""
    able = sum(count > REACH for count in counts)  # the first users: the order is descending
    wanted = min(SENDERS, able)
    step = able // wanted
    return range(FIRST_USER, FIRST_USER + wanted * step, step)


def load(postgres: Postgres, counts: Sequence[int], *, plain: bool) -> range:
    """Create this many tasks for each user; with `plain`, also a copy in a table without RLS.

    Returns the numbers of the users who send requests.
    """
    chosen = senders(counts)
    rows = [(number, count, number in chosen) for number, count in enumerate(counts, FIRST_USER)]
    values = {"user_id": USER_ID, "task_id": TASK_ID, "reach": REACH}
    with postgres.owner() as connection, connection.cursor() as cursor:
        cursor.execute("create schema bench")
        cursor.execute("create table bench.sizes (number integer, tasks integer, chosen boolean)")
        execute_values(cursor, "insert into bench.sizes values %s", rows)
        cursor.execute(NO_TRIGGERS)
        cursor.execute(SCRIPT.read_text(), values)
        if plain:
            cursor.execute(PLAIN.read_text())
        for table in ("app.tasks", "plain.tasks") if plain else ("app.tasks",):
            cursor.execute(f"vacuum (analyze, freeze) {table}")
        cursor.execute("checkpoint")
    return chosen


@dataclass(frozen=True, slots=True)
class Written:
    """What a workload wrote to the database: new rows, and changes of rows."""

    created: int
    changed: int


def undo(postgres: Postgres, schema: str) -> Written:
    """Restore the rows of a table as they were loaded, so that each workload reads the same rows.

    The dead rows are vacuumed, and all pages are on the disk before the next workload begins.
    """
    table = sql.Identifier(schema, "tasks")
    with postgres.owner() as connection, connection.cursor() as cursor:
        cursor.execute(NO_TRIGGERS)
        cursor.execute(
            sql.SQL("select coalesce(sum(version - 1), 0) from {} where version > 1").format(table)
        )
        ((changed,),) = cursor.fetchall()
        cursor.execute(
            sql.SQL("delete from {} where created_at > now() - interval '12 hours'").format(table)
        )
        created = cursor.rowcount
        cursor.execute(
            sql.SQL(
                "update {} as t set title = c.title, description = c.description,"
                " completed = c.completed, completed_at = c.completed_at,"
                " updated_at = c.updated_at, version = c.version"
                " from bench.changeable as c"
                " where t.version > 1 and (t.user_id, t.id) = (c.user_id, c.id)"
            ).format(table)
        )
        if schema == "app":
            cursor.execute("truncate app.events, trail.heads")
        cursor.execute(sql.SQL("vacuum (index_cleanup on) {}").format(table))
        cursor.execute("checkpoint")
    return Written(created, int(changed))
