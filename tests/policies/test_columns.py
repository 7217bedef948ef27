"""Triggers of columns.sql and tasks.sql overwrite the values that a statement sets."""

import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

NOTES = """
create table app.probe (
    user_id text, id int, body text, updated_at timestamptz, version integer default 1
);
create trigger probe_touch before update on app.probe
for each row execute function app.touch();
insert into app.probe (user_id, id) values ('alice', 1), ('bob', 1)
"""
UPDATE_NOTE = "update app.probe set {} where user_id = 'alice'"
# The filter on the user leaves out tasks of other tests.
UPDATE_TASK = "update app.tasks set {} where user_id = 'alice of columns'"
TASK = "insert into app.tasks (user_id, title) values ('alice of columns', 'one')"
OF_ALICE = " from app.tasks where user_id = 'alice of columns'"
COMPLETED = "select completed, completed_at = now()" + OF_ALICE


def run(owner: Connection, statement: str) -> list[tuple[object, ...]]:
    """Run a statement in the owner's transaction."""
    with owner.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("change", ["body = 'x'", "version = 7, updated_at = '2001-01-01'"])
def test_one_line_touches_a_new_table(owner: Connection, change: str) -> None:
    """An update raises the row's version by one and sets updated_at; other rows do not change."""
    run(owner, NOTES)

    run(owner, UPDATE_NOTE.format(change))

    assert run(
        owner, "select user_id, version, updated_at = now() from app.probe order by user_id"
    ) == [("alice", 2, True), ("bob", 1, None)]


def test_tasks_are_touched(owner: Connection) -> None:
    """An update of a task sets updated_at and version, whatever the statement sets."""
    run(owner, TASK)

    run(owner, UPDATE_TASK.format("title = 'two', version = 7, updated_at = '2001-01-01'"))

    assert run(owner, "select version, updated_at = now()" + OF_ALICE) == [(2, True)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("completed = true", (True, True)),
        ("completed = true, completed_at = '2001-01-01'", (True, True)),
        ("completed_at = '2001-01-01'", (False, None)),
        ("title = 'two'", (False, None)),
    ],
)
def test_completed_at_follows_completed(
    owner: Connection, change: str, expected: tuple[bool, bool | None]
) -> None:
    """completed_at is the time of completion, whatever value an update sets."""
    run(owner, TASK)

    run(owner, UPDATE_TASK.format(change))

    assert run(owner, COMPLETED) == [expected]


def test_completed_task_keeps_its_date(owner: Connection) -> None:
    """A task that is completed again keeps completed_at; a reopened task has none."""
    run(owner, "alter table app.tasks disable trigger tasks_completed_at")
    run(
        owner,
        "insert into app.tasks (user_id, title, completed, completed_at)"
        " values ('alice of columns', 'one', true, '2001-01-01')",
    )
    run(owner, "alter table app.tasks enable trigger tasks_completed_at")

    run(owner, UPDATE_TASK.format("completed = true, completed_at = now()"))
    assert run(owner, COMPLETED) == [(True, False)]

    run(owner, UPDATE_TASK.format("completed = false"))
    assert run(owner, COMPLETED) == [(False, None)]


@pytest.mark.parametrize("function", ["app.touch()", "app.set_completed_at()"])
def test_only_triggers_call_the_functions(owner: Connection, function: str) -> None:
    """rowlock_api may not execute a trigger function, but may execute app.new_id()."""
    run(owner, "set local role rowlock_api")
    run(owner, "select app.new_id()")
    with pytest.raises(errors.InsufficientPrivilege):
        run(owner, f"select {function}")
