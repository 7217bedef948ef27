"""Only triggers write the trail, and no role can change it while the triggers are enabled."""

from collections.abc import Callable
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import errors

from tests.trail.conftest import Database, run

DENIED = errors.InsufficientPrivilege
KEPT = errors.ObjectNotInPrerequisiteState
FORGED = (
    "insert into app.events (position, occurred_at, action, table_name, row_id, changes,"
    " session_role, previous_hash, hash)"
    " values (9, now(), 'create', 'tasks', 'x', '{}', 'rowlock_api', '', '')"
)
OF_BOB = "select trail.append('bob', 'create', 'tasks', 'x', '{}')"
CREATE = "insert into app.tasks (title) values ('mine')"
MINE = "select position, action from app.events order by position"


@pytest.mark.parametrize(
    "attempt",
    [
        FORGED,
        "update app.events set changes = '{}'",
        "delete from app.events",
        "truncate app.events",
        "select session_role from app.events",
        "select from trail.heads",
        "update trail.heads set position = 0",
        "select from trail.events_default",
        "select trail.verify()",
        "select trail.retain(1)",
        OF_BOB,
        "select trail.record()",
        "set local role rowlock_recorder",
        "create trigger more after insert on app.tasks execute function trail.record()",
        "alter table app.tasks disable trigger tasks_record",
        "set local session_replication_role = replica",
    ],
)
def test_api_role_is_denied(shared: Database, new_user: Callable[[], str], attempt: str) -> None:
    """rowlock_api can neither write nor disable the trail; its changes of tasks are recorded."""
    user = new_user()
    with pytest.raises(DENIED):
        shared.as_user(user, attempt)

    shared.as_user(user, CREATE)
    assert shared.as_user(user, MINE) == [(1, "create")]


def test_user_cannot_write_into_the_chain_of_another(
    shared: Database, new_user: Callable[[], str]
) -> None:
    """A task with another user's id is refused, so it cannot add an event to that user's chain."""
    alice, bob = new_user(), new_user()
    with pytest.raises(DENIED):
        shared.as_user(alice, "insert into app.tasks (user_id, title) values (%s, 'his')", bob)

    assert shared.as_user(bob, MINE) == []
    shared.as_user(alice, CREATE)
    assert (shared.as_user(alice, MINE), shared.as_user(bob, MINE)) == ([(1, "create")], [])


@pytest.mark.parametrize(
    "attempt",
    [
        "update app.events set changes = '{}'",
        "delete from app.events",
        "truncate app.events",
        "truncate trail.events_default",
        "update trail.heads set position = 0",
        "delete from trail.heads",
        "truncate trail.heads",
        "truncate trail.anchors",
    ],
)
def test_superuser_is_refused_in_ordinary_use(history: Database, attempt: str) -> None:
    """The triggers refuse changes of a superuser, to whom policies do not apply."""
    with pytest.raises(KEPT, match="the trail is append-only: "):
        history.run(attempt)

    assert [problem for *_, problem in history.verify()] == [None, None]


@pytest.mark.parametrize("month", ["default", "partition"])
def test_partition_cannot_be_written_directly(history: Database, month: str) -> None:
    """A partition cannot be changed directly, neither the default one nor that of a month."""
    history.silently(
        "insert into app.events select user_id, 9, %s, action, table_name, row_id, changes,"
        " request_id, session_role, previous_hash, hash from app.events"
        " where user_id = 'alice' and position = 1",
        "2001-01-01" if month == "default" else "now",
    )
    partitions = history.run("select distinct tableoid::regclass::text from app.events order by 1")
    for (partition,) in partitions:
        for attempt in ("update {} set row_id = ''", "delete from {}", "truncate {}"):
            with pytest.raises(KEPT):
                history.run(attempt.format(partition))
    assert len(partitions) == (2 if month == "default" else 1)


def test_owner_under_policies_sees_no_event(history: Database) -> None:
    """With forced row-level security, an owner without BYPASSRLS sees no event."""
    history.run(
        "create role keeper; grant usage on schema app to keeper;"
        "alter table app.events owner to keeper"
    )
    try:
        seen = "set local role keeper; select count(*) from app.events"
        assert history.run(seen) == [(0,)]
        assert history.run("select count(*) from app.events") == [(7,)]
    finally:
        history.run("alter table app.events owner to current_user; drop owned by keeper")
        history.run("drop role keeper")


def test_owner_is_recorded_under_the_user_of_the_row(history: Database) -> None:
    """An operator's change is an event of the row's user, with the operator's role as session_role.

    It has no request id.
    """
    (operator,) = history.run("select session_user::text")[0]
    history.run("update app.tasks set title = 'corrected' where title = 'two'")

    rows = history.run(
        "select action, changes -> 'title' ->> 'new', session_role, request_id from app.events"
        " where user_id = 'alice' order by position desc limit 2"
    )
    assert rows == [
        ("update", "corrected", operator, None),
        ("delete", None, "rowlock_api", "request-of-alice"),
    ]
    assert history.verify()[0] == ("alice", 6, None, None)


def test_row_that_moves_leaves_one_chain_and_enters_another(history: Database) -> None:
    """If an operator moves a row, its old user gets a delete event and its new user a create."""
    history.run("update app.tasks set user_id = 'carol' where title = 'his own'")

    last = "select action, changes ->> 'title' from app.events order by position desc limit 1"
    assert history.as_user("bob", last) == [("delete", "his own")]
    assert history.as_user("carol", last) == [("create", "his own")]
    assert [problem for *_, problem in history.verify()] == [None] * 3


def test_session_of_a_user_changes_no_row_of_another(history: Database) -> None:
    """A superuser's transaction with Bob's id cannot change Alice's task.

    The change could not be recorded in Alice's chain.
    """
    sentence = "the row belongs to another user than the transaction is bound to"
    rename = (
        "select set_config('app.user_id', 'bob', true);"
        "update app.tasks set title = 'x' where user_id = %s"
    )
    with pytest.raises(KEPT, match=sentence):
        history.run(rename, "alice")

    history.run(rename, "bob")
    assert history.verify() == [("alice", 5, None, None), ("bob", 3, None, None)]


def test_recorder_cannot_log_in(history: Database) -> None:
    """The trail's roles cannot log in, do not bypass row-level security and have no members."""
    assert history.run(
        "select rolname::text, rolcanlogin, rolbypassrls, rolsuper,"
        " (select count(*) from pg_auth_members as m where m.roleid = r.oid)::int"
        " from pg_roles as r where rolname in ('rowlock_recorder', 'rowlock_retention') order by 1"
    ) == [
        ("rowlock_recorder", False, False, False, 0),
        ("rowlock_retention", False, False, False, 0),
    ]


def test_even_the_recorder_writes_for_the_bound_user_alone(history: Database) -> None:
    """Policies allow rowlock_recorder to write only events of the current user."""
    with closing(history.owner()) as connection:
        run(connection, "select set_config('app.user_id', 'alice', true)")
        run(connection, "set local role rowlock_recorder")
        with pytest.raises(psycopg2.Error, match="row-level security"):
            run(connection, OF_BOB)
        connection.rollback()
        run(connection, "select set_config('app.user_id', 'bob', true)")
        run(connection, "set local role rowlock_recorder")
        run(connection, OF_BOB)
