"""`--as USER`: the rows that a user reaches, counted by trying, and nothing changed."""

from contextlib import closing
from typing import Any

import pytest

from tests.report.conftest import HOSTILE, Run, sentence
from tests.support.server import Server, connect


def create_tasks(server: Server, database: str, user: str, number: int) -> None:
    """Make tasks as the API does for a user."""
    with (
        closing(connect(server.api_url(database))) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select set_config('app.user_id', %s, true)", (user,))
        for title in range(number):
            cursor.execute("insert into app.tasks (title) values (%s)", (str(title),))


def stored(server: Server, database: str) -> list[tuple[Any, ...]]:
    """Every task, where its row lies included."""
    with closing(connect(server.owner_url(database))) as connection, connection.cursor() as cursor:
        cursor.execute("select ctid, xmin, * from app.tasks order by user_id, id")
        return cursor.fetchall()


def reach(run: Run, database: str, user: str) -> dict[str, dict[str, Any]]:
    """What a user reaches, by table."""
    found = run(database, "--format", "json", "--as", user).json["reach"]
    assert found["user"] == user
    return {row.pop("table_name"): row for row in found["tables"]}


def test_user_reaches_their_own_rows_alone(audit: Run, server: Server, own_database: str) -> None:
    """Each command reaches the user's rows and not those of others; nothing changes."""
    create_tasks(server, own_database, "alice", 2)
    create_tasks(server, own_database, "bob", 3)
    before = stored(server, own_database)
    row = {"schema_name": "app", "insert": "own"}

    found = {user: reach(audit, own_database, user)["tasks"] for user in ("alice", "bob", "carol")}

    assert found == {
        "alice": row | {"select": 2, "update": 2, "delete": 2},
        "bob": row | {"select": 3, "update": 3, "delete": 3},
        "carol": row | {"select": 0, "update": 0, "delete": 0},
    }
    assert stored(server, own_database) == before
    assert len(before) == 5


def test_many_rows_are_counted_and_not_changed(
    audit: Run, server: Server, own_database: str
) -> None:
    """With more than 1,000 rows the user's own requests would wait: no change is tried."""
    create_tasks(server, own_database, "alice", 1001)
    create_tasks(server, own_database, "bob", 1000)
    row = {"schema_name": "app", "insert": "own"}

    found = {user: reach(audit, own_database, user)["tasks"] for user in ("alice", "bob")}

    assert found == {
        "alice": row | {"select": 1001, "update": "not tried", "delete": "not tried"},
        "bob": row | {"select": 1000, "update": 1000, "delete": 1000},
    }


def test_what_was_not_granted_is_refused(audit: Run, server: Server, own_database: str) -> None:
    """A command without its grant is refused, which is not the same as reaching no row."""
    create_tasks(server, own_database, "alice", 1)
    server.execute("revoke all on app.tasks from rowlock_api", database=own_database)
    server.execute("grant select (id) on app.tasks to rowlock_api", database=own_database)

    assert reach(audit, own_database, "alice")["tasks"] == {
        "schema_name": "app",
        "select": 1,
        "insert": "none",
        "update": None,
        "delete": None,
    }


def test_what_no_policy_lets_through_is_none(audit: Run, server: Server, own_database: str) -> None:
    """Without a policy for it, a row of one's own cannot be inserted; the others stay reached."""
    create_tasks(server, own_database, "alice", 1)
    server.execute("drop policy tasks_insert_own on app.tasks", database=own_database)

    found = reach(audit, own_database, "alice")["tasks"]

    assert (found["insert"], found["select"]) == ("none", 1)


def test_a_policy_that_lets_everybody_in_shows(
    audit: Run, server: Server, own_database: str
) -> None:
    """The count is what the server does, not what the files say."""
    create_tasks(server, own_database, "alice", 1)
    create_tasks(server, own_database, "bob", 2)
    server.execute(
        "create policy open on app.tasks for select to rowlock_api using (true)",
        database=own_database,
    )

    assert reach(audit, own_database, "alice")["tasks"]["select"] == 3


def test_table_of_a_hostile_name_is_counted(audit: Run, server: Server, own_database: str) -> None:
    """The name is no more than a name, and its table is one of the counted."""
    create_tasks(server, own_database, "alice", 1)
    server.execute("create table app.{} (user_id text)", HOSTILE, database=own_database)
    server.execute("grant select, delete on app.{} to rowlock_api", HOSTILE, database=own_database)

    found = reach(audit, own_database, "alice")

    assert (found[HOSTILE]["select"], found[HOSTILE]["delete"]) == (0, 0)
    assert found["tasks"]["select"] == 1


def test_failing_trigger_is_named_by_its_error(
    audit: Run, server: Server, own_database: str
) -> None:
    """Where a trigger refuses, the row says with which SQLSTATE, and the other counts stand."""
    create_tasks(server, own_database, "alice", 1)
    server.execute(
        """
        create function app.refuse() returns trigger language plpgsql
        as $$ begin raise exception 'no'; end $$;
        create trigger refuse before delete on app.tasks
        for each row execute function app.refuse()
        """,
        database=own_database,
    )

    found = reach(audit, own_database, "alice")["tasks"]

    assert (found["delete"], found["update"]) == ("failed with P0001", 1)


def test_foreign_table_is_left_alone(audit: Run, server: Server, own_database: str) -> None:
    """What another server holds might not be rolled back, so nothing is tried on it."""
    server.execute(
        """
        create foreign data wrapper nowhere;
        create server elsewhere foreign data wrapper nowhere;
        create foreign table app.far (user_id text) server elsewhere;
        grant select, delete on app.far to rowlock_api
        """,
        database=own_database,
    )

    assert reach(audit, own_database, "alice")["far"] == {
        "schema_name": "app",
        **dict.fromkeys(("select", "insert", "update", "delete"), "not tried"),
    }


def test_locked_row_is_not_waited_for(audit: Run, server: Server, own_database: str) -> None:
    """Where somebody holds a row of the user's, the audit gives up in a sentence."""
    create_tasks(server, own_database, "alice", 1)
    with closing(connect(server.owner_url(own_database))) as holder, holder.cursor() as cursor:
        cursor.execute("select from app.tasks for update")

        said = sentence(audit(own_database, "--as", "alice"))

    assert said.startswith(
        "The access of alice could not be tried: canceling statement due to lock timeout"
    )


def test_counts_are_printed(audit: Run, server: Server, own_database: str) -> None:
    """On a terminal the counts are a table."""
    create_tasks(server, own_database, "alice", 2)

    out = audit(own_database, "--as", "alice").out

    assert "as alice  The rows that each command reaches, tried out and rolled back." in out
    assert "│ app.tasks │ 2 │ own │ 2 │ 2 │" in " ".join(out.split())


@pytest.mark.parametrize("user", ["", "a\x1b", "a\nb"])
def test_no_user_has_such_an_id(audit: Run, database: str, user: str) -> None:
    """An empty id would be nobody's, and one with control signs no issuer's."""
    done = audit(database, "--as", user)

    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("error: Invalid value for '--as': must be a user's id\n")
