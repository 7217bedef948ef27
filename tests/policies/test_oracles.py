"""Leaks about other users' rows, and forbidden writes, that RLS alone would not prevent."""

import io
import uuid
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - as above

from api.database.statements import Statement
from api.tables.tasks import queries as tasks
from tests.support.blocking import BlockingDatabase, BlockingUser
from tests.support.server import Server

WRITTEN_BY_DATABASE = {
    "user_id": "somebody",
    "completed_at": "2020-01-01",
    "created_at": "2020-01-01",
    "updated_at": "2020-01-01",
    "version": "99",
}
CONSTANTS: dict[str, Any] = {}


def sql(text: str) -> Statement:
    """Hand-written SQL as a statement of the API."""
    return Statement(text, CONSTANTS)


@pytest.fixture
def alice(pool: BlockingDatabase) -> BlockingUser:
    """A user."""
    return pool.as_user(f"alice-{uuid.uuid4().hex}")


@pytest.fixture
def bob(pool: BlockingDatabase) -> BlockingUser:
    """Another user."""
    return pool.as_user(f"bob-{uuid.uuid4().hex}")


def create(user: BlockingUser, title: str, task_id: uuid.UUID | None = None) -> uuid.UUID:
    """Create a task, and return its id."""
    row = user.fetch_one(tasks.CREATE, id=task_id, title=title, description=None)
    assert row
    created: uuid.UUID = row[1]
    return created


def title_of(user: BlockingUser, task_id: uuid.UUID) -> Any:
    """The title of a task as its user reads it."""
    row = user.fetch_one(sql("select title from app.tasks where id = %(id)s"), id=task_id)
    return row[0] if row else None


def bind(cursor: Cursor, user_id: str) -> None:
    """Bind the transaction of a plain connection to a user."""
    cursor.execute("select set_config('app.user_id', %s, true)", (user_id,))


def test_two_users_can_hold_the_same_id(alice: BlockingUser, bob: BlockingUser) -> None:
    """Bob can use the id of Alice's task, so no unique violation reveals that it exists."""
    task_id = uuid.uuid4()

    assert create(alice, "hers", task_id) == create(bob, "his", task_id) == task_id

    assert (title_of(alice, task_id), title_of(bob, task_id)) == ("hers", "his")


def test_violation_reveals_no_row_of_others(alice: BlockingUser, bob: BlockingUser) -> None:
    """A second task with the same id is a unique violation whose message has no key values."""
    task_id = create(bob, "his")
    create(alice, "hers", task_id)

    with pytest.raises(psycopg2.errors.UniqueViolation) as caught:
        create(alice, "hers again", task_id)

    assert (caught.value.diag.constraint_name, caught.value.diag.message_detail) == (
        "tasks_pkey",
        None,
    )
    assert (title_of(alice, task_id), title_of(bob, task_id)) == ("hers", "his")


def test_upsert_cannot_touch_row_of_another(alice: BlockingUser, bob: BlockingUser) -> None:
    """ON CONFLICT finds only the caller's rows: Bob's upsert of Alice's id creates his own row."""
    upsert = sql(
        "insert into app.tasks (id, title) values (%(id)s, %(title)s)"
        " on conflict (user_id, id) do update set title = excluded.title || ' again'"
        " returning title"
    )
    task_id = create(alice, "hers")

    assert bob.fetch_one(upsert, id=task_id, title="his") == ("his",)
    assert bob.fetch_one(upsert, id=task_id, title="his") == ("his again",)

    assert (title_of(alice, task_id), title_of(bob, task_id)) == ("hers", "his again")


@pytest.mark.parametrize("column", WRITTEN_BY_DATABASE)
@pytest.mark.parametrize(
    "statement",
    [
        "insert into app.tasks (title, {}) values ('forged', %(value)s)",
        "update app.tasks set {} = %(value)s",
        "update app.tasks set title = 'forged', {} = default",
    ],
    ids=["insert", "update", "reset"],
)
def test_user_cannot_write_what_the_database_writes(
    alice: BlockingUser, column: str, statement: str
) -> None:
    """Writing a value or the default to these columns fails with 42501, also in own rows."""
    task_id = create(alice, "hers")
    value = alice.id if column == "user_id" else WRITTEN_BY_DATABASE[column]

    with pytest.raises(psycopg2.Error) as caught:
        alice.fetch_one(sql(statement.format(column)), value=value)

    assert caught.value.pgcode == "42501"
    assert title_of(alice, task_id) == "hers"
    assert alice.fetch_one(sql("select count(*) from app.tasks")) == (1,)


def test_database_writes_version_and_completion(alice: BlockingUser) -> None:
    """Each change raises version by one; completing sets completed_at, reopening removes it."""
    state = sql("select version, completed, completed_at is not null from app.tasks")
    task_id = create(alice, "hers")

    states = [alice.fetch_one(state)]
    for statement in (tasks.TOGGLE, tasks.TOGGLE):
        alice.fetch_one(statement, id=task_id)
        states.append(alice.fetch_one(state))
    alice.fetch_one(tasks.REPLACE, id=task_id, title="still hers", description=None)
    states.append(alice.fetch_one(state))

    assert states == [(1, False, False), (2, True, True), (3, False, False), (4, False, False)]


def test_leaky_function_is_shown_own_rows_only(
    server: Server, database: str, api_role: Connection, alice: BlockingUser, bob: BlockingUser
) -> None:
    """A cheap function in WHERE runs only after the policy, so it does not see Alice's row."""
    create(alice, "hers")
    create(bob, "his")

    server.execute(
        "create or replace function public.spy(seen text) returns boolean language plpgsql"
        " cost 0.0001 as $$ begin raise notice 'seen: %', seen; return true; end $$",
        database=database,
    )
    with api_role.cursor() as cursor:
        bind(cursor, bob.id)
        cursor.execute("select title from app.tasks where public.spy(title)")
        assert cursor.fetchall() == [("his",)]

    assert [notice for notice in api_role.notices if "seen:" in notice] == [
        "NOTICE:  seen: his\n",
    ]


def test_statistics_show_no_values(
    api_role: Connection, owner: Connection, alice: BlockingUser
) -> None:
    """The planner's statistics, which hold values of rows, are hidden from the API's role."""
    query = "select count(*) from pg_stats where schemaname = 'app' and tablename = 'tasks'"
    create(alice, "hers")

    with owner.cursor() as cursor:
        cursor.execute("analyze app.tasks")
        cursor.execute(query)
        assert cursor.fetchone() != (0,)
    owner.commit()

    with api_role.cursor() as cursor:
        bind(cursor, alice.id)
        cursor.execute(query)
        assert cursor.fetchone() == (0,)


def test_copy_moves_own_rows_only(
    api_role: Connection, alice: BlockingUser, bob: BlockingUser
) -> None:
    """COPY TO contains only the caller's rows; COPY FROM is refused with 0A000."""
    create(alice, "hers")
    create(bob, "his")

    with api_role.cursor() as cursor:
        bind(cursor, alice.id)
        assert (
            copy_out(cursor, "copy app.tasks (user_id, title) to stdout") == f"{alice.id}\thers\n"
        )
        with pytest.raises(psycopg2.errors.FeatureNotSupported):
            cursor.copy_expert("copy app.tasks (title) from stdin", io.StringIO("forged\n"))


def test_bound_connection_refuses_copy(alice: BlockingUser) -> None:
    """A unit of work refuses COPY without sending it, because COPY would not bind the user."""
    with alice.unit_of_work() as session:
        cursor: Any = session.connection().connection.cursor()
        with pytest.raises(psycopg2.NotSupportedError):
            cursor.copy_expert("copy app.tasks to stdout", io.StringIO())


def test_packet_that_ends_its_transaction_reads_nothing(alice: BlockingUser) -> None:
    """After a commit in the same packet no user is bound; the next packet binds the user again."""
    create(alice, "hers")

    with alice.unit_of_work() as session:
        cursor: Any = session.connection().connection.cursor()
        counts = []
        for statement in ("commit; select count(*)", "select count(*)"):
            cursor.execute(f"{statement} from app.tasks")
            counts += cursor.fetchone()

    assert counts == [0, 1]


def copy_out(cursor: Cursor, statement: str) -> str:
    """The data that a COPY TO sends."""
    sent = io.StringIO()
    cursor.copy_expert(statement, sent)
    return sent.getvalue()
