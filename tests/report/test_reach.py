"""`--as USER`: runs each command as the user, counts the rows, and rolls back."""

from contextlib import closing
from typing import Any

import pytest

from tests.report.conftest import HOSTILE, Run, sentence
from tests.support.server import Server, connect


def create_tasks(server: Server, database: str, user: str, number: int) -> None:
    """Create tasks of a user over the API's URL."""
    with (
        closing(connect(server.api_url(database))) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select set_config('app.user_id', %s, true)", (user,))
        for title in range(number):
            cursor.execute("insert into app.tasks (title) values (%s)", (str(title),))


def stored(server: Server, database: str) -> list[tuple[Any, ...]]:
    """Every task, with ctid and xmin, which change if the row is written."""
    with closing(connect(server.owner_url(database))) as connection, connection.cursor() as cursor:
        cursor.execute("select ctid, xmin, * from app.tasks order by user_id, id")
        return cursor.fetchall()


def reach(run: Run, database: str, user: str) -> dict[str, dict[str, Any]]:
    """The reach of a user, by table."""
    found = run(database, "--format", "json", "--as", user).json["reach"]
    assert found["user"] == user
    return {row.pop("table_name"): row for row in found["tables"]}


def test_user_reaches_their_own_rows_alone(audit: Run, server: Server, own_database: str) -> None:
    """Each command reaches only the user's own rows, and the audit changes no row."""
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
    """With over 1,000 rows, update and delete are not tried: their locks would block the user."""
    create_tasks(server, own_database, "alice", 1001)
    create_tasks(server, own_database, "bob", 1000)
    row = {"schema_name": "app", "insert": "own"}

    found = {user: reach(audit, own_database, user)["tasks"] for user in ("alice", "bob")}

    assert found == {
        "alice": row | {"select": 1001, "update": "not tried", "delete": "not tried"},
        "bob": row | {"select": 1000, "update": 1000, "delete": 1000},
    }


def test_what_was_not_granted_is_refused(audit: Run, server: Server, own_database: str) -> None:
    """The count of a command without a grant is null (insert: none), and not 0."""
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
    """Without its policy, insert is none; select still reaches the row."""
    create_tasks(server, own_database, "alice", 1)
    server.execute("drop policy tasks_insert_own on app.tasks", database=own_database)

    found = reach(audit, own_database, "alice")["tasks"]

    assert (found["insert"], found["select"]) == ("none", 1)


def test_a_policy_that_lets_everybody_in_shows(
    audit: Run, server: Server, own_database: str
) -> None:
    """A policy that no file has is in effect, so the count includes other users' rows."""
    create_tasks(server, own_database, "alice", 1)
    create_tasks(server, own_database, "bob", 2)
    server.execute(
        "create policy open on app.tasks for select to rowlock_api using (true)",
        database=own_database,
    )

    assert reach(audit, own_database, "alice")["tasks"]["select"] == 3


def test_table_of_a_hostile_name_is_counted(audit: Run, server: Server, own_database: str) -> None:
    """A table with a hostile name is counted like the others."""
    create_tasks(server, own_database, "alice", 1)
    server.execute("create table app.{} (user_id text)", HOSTILE, database=own_database)
    server.execute("grant select, delete on app.{} to rowlock_api", HOSTILE, database=own_database)

    found = reach(audit, own_database, "alice")

    assert (found[HOSTILE]["select"], found[HOSTILE]["delete"]) == (0, 0)
    assert found["tasks"]["select"] == 1


def test_failing_trigger_is_named_by_its_error(
    audit: Run, server: Server, own_database: str
) -> None:
    """If a trigger raises an error, the count is its SQLSTATE; the other commands are counted."""
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
    """No command is tried on a foreign table, because its server might not roll back."""
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
    """If another session has locked a row of the user, the audit stops with one sentence."""
    create_tasks(server, own_database, "alice", 1)
    with closing(connect(server.owner_url(own_database))) as holder, holder.cursor() as cursor:
        cursor.execute("select from app.tasks for update")

        said = sentence(audit(own_database, "--as", "alice"))

    assert said.startswith(
        "The access of alice could not be tried: canceling statement due to lock timeout"
    )


def test_counts_are_printed(audit: Run, server: Server, own_database: str) -> None:
    """The text report prints the counts as a table."""
    create_tasks(server, own_database, "alice", 2)

    out = audit(own_database, "--as", "alice").out

    assert "as alice  The rows that each command reaches, tried out and rolled back." in out
    assert "│ app.tasks │ 2 │ own │ 2 │ 2 │" in " ".join(out.split())


@pytest.mark.parametrize("user", ["", "a\x1b", "a\nb"])
def test_no_user_has_such_an_id(audit: Run, database: str, user: str) -> None:
    """An empty user id and a user id with control characters are refused."""
    done = audit(database, "--as", user)

    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("error: Invalid value for '--as': must be a user's id\n")
