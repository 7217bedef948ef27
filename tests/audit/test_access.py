"""audit.access compared with the rows that each role can really read."""

import psycopg2
import pytest

from tests.audit.access_cases import CASES, OWN, POLICY, REACHES, ROWS, Reach
from tests.audit.conftest import Ask, Connection, run

COMMANDS = ("delete", "insert", "select", "truncate", "update")


def really_reached(owner: Connection, role: str) -> str:
    """The reach of a role on two users' rows: the widest of all roles that it can become."""
    seen = "none"
    with owner.cursor() as cursor:
        cursor.execute(
            "select role::text from audit.memberships where member = %s::regrole and acts", (role,)
        )
        guises = [guise for (guise,) in cursor.fetchall()]
        for guise in guises:
            cursor.execute(f"savepoint look; set local session authorization {role}")
            try:
                cursor.execute(f"set local role {guise}")
                cursor.execute("select set_config('app.user_id', 'alice', true)")
                cursor.execute("select array_agg(user_id order by user_id) from app.tasks")
                ((rows,),) = cursor.fetchall()
                found = {None: "none", ("alice",): "own"}.get(rows and tuple(rows), "all")
                seen = max(seen, found, key=REACHES.index)
            except psycopg2.errors.InsufficientPrivilege:
                pass
            finally:
                cursor.execute("rollback to savepoint look")
    return seen


@pytest.mark.parametrize("case", CASES, ids=str)
def test_reach_is_what_the_view_says(owner: Connection, ask: Ask, case: Reach) -> None:
    """The view shows the reach and its reasons. The role really has that reach.

    A policy that the view does not recognise counts as "all", so the real reach may be smaller.
    """
    run(owner, ROWS + case.change)

    found = ask(
        "select reach, through from audit.access"
        " where role = %s and table_name = 'tasks' and command = 'select'",
        case.role,
    )

    assert found == [(case.reach, list(case.through))]
    really = really_reached(owner, case.role)
    if case.name.startswith("not recognised"):
        assert REACHES.index(really) <= REACHES.index(case.reach)
    else:
        assert really == case.reach


def test_every_command_of_the_api_role(ask: Ask) -> None:
    """rowlock_api reaches the user's own rows with each granted command and column."""
    found = ask(
        "select command, reach, columns from audit.access"
        " where role = 'rowlock_api' and schema_name = 'app' and table_name = 'tasks' order by 1"
    )

    assert found == [
        ("delete", "own", None),
        ("insert", "own", ["description", "id", "title"]),
        (
            "select",
            "own",
            [
                *("completed", "completed_at", "created_at", "description", "id", "title"),
                *("title_key", "updated_at", "user_id", "version"),
            ],
        ),
        ("truncate", "none", None),
        ("update", "own", ["completed", "description", "title"]),
    ]


@pytest.mark.parametrize(
    ("command", "change", "reach"),
    [
        ("insert", "alter policy tasks_insert_own on app.tasks with check (true)", "all"),
        ("update", "alter policy tasks_update_own on app.tasks with check (true)", "all"),
        ("update", "alter policy tasks_update_own on app.tasks using (true)", "all"),
        ("delete", "alter policy tasks_delete_own on app.tasks using (true)", "all"),
        ("insert", "drop policy tasks_insert_own on app.tasks", "none"),
        (
            "insert",
            (
                "drop policy tasks_insert_own on app.tasks;"
                f"create policy more on app.tasks using ({OWN})"
            ),
            "own",
        ),
        ("delete", "create policy more on app.tasks using (true)", "all"),
        ("truncate", "grant truncate on app.tasks to rowlock_api", "all"),
    ],
)
def test_each_command_uses_its_own_expressions(
    owner: Connection, ask: Ask, command: str, change: str, reach: str
) -> None:
    """A changed policy changes the reach of its own command, and of no other command."""
    sql = (
        "select command, reach from audit.access where role = 'rowlock_api'"
        " and table_name = 'tasks' order by 1"
    )
    before = ask(sql)
    assert [found for found, _ in before] == list(COMMANDS)

    run(owner, change)

    after = ask(sql)
    assert (command, reach) in after
    if "create policy" not in change:  # the created policies are for every command
        assert [row for row in after if row[0] != command] == [
            row for row in before if row[0] != command
        ]


def test_grants_of_columns_add_up(owner: Connection, ask: Ask) -> None:
    """`columns` has the columns granted to the role or to public; it is null if all are granted."""
    run(
        owner,
        "create role reader; grant select (id) on app.tasks to reader;"
        "grant select (title) on app.tasks to public;" + POLICY.format("more", "", "public", OWN),
    )
    sql = (
        "select columns, through from audit.access where role = 'reader' and table_name = 'tasks'"
        " and command = 'select'"
    )
    assert ask(sql) == [(["id", "title"], ["granted to everyone", "granted to reader"])]

    run(owner, "grant select on app.tasks to public")
    assert ask(sql) == [(None, ["granted to everyone", "granted to reader"])]


def test_membership_that_is_good_for_nothing(owner: Connection, ask: Ask) -> None:
    """A membership without INHERIT and SET, possible since Postgres 16, gives no reach.

    Before Postgres 16 a member can always become the role.
    """
    sql = (
        "select reach from audit.access where role = 'reader' and command = 'delete'"
        " and table_name = 'tasks'"
    )
    if owner.server_version < 160000:
        run(owner, "create role reader noinherit; grant rowlock_api to reader")
        assert ask(sql) == [("own",)]
        return
    run(owner, "create role reader; grant rowlock_api to reader with inherit false, set false")
    assert ask(sql) == [("none",)]

    run(owner, "grant rowlock_api to reader with admin true")
    assert ask(sql) == [("own",)]


def test_createrole_reaches_every_role_before_postgres_16(owner: Connection, ask: Ask) -> None:
    """Before Postgres 16 a role with CREATEROLE can join every role that is not a superuser."""
    run(owner, "create role reader createrole")

    (found,) = ask(
        "select reach from audit.access where role = 'reader' and command = 'delete'"
        " and table_name = 'tasks'"
    )

    assert found == ("own" if owner.server_version < 160000 else "none",)


def test_collation_that_mixes_users_up(owner: Connection, ask: Ask) -> None:
    """If the collation of user_id makes 'Alice' equal to 'alice', the reach is not "own"."""
    sql = (
        "select reach from audit.access where role = 'rowlock_api' and command = 'delete'"
        " and table_name = 'tasks'"
    )
    assert ask(sql) == [("own",)]

    run(
        owner,
        "update pg_attribute set attcollation = (select oid from pg_collation where collname = 'C'"
        " limit 1) where attrelid = 'app.tasks'::regclass and attname = 'user_id';"
        "update pg_collation set collisdeterministic = false where collname = 'C'",
    )
    assert ask(sql) == [("all",)]


def test_search_path_of_the_caller_does_not_matter(owner: Connection, ask: Ask) -> None:
    """The views show the same expressions and results with schema app in the search path."""
    run(owner, "grant usage on schema app to rowlock_auditor")
    sql = (
        "select reach from audit.access where role = 'rowlock_api' and command = 'delete'"
        " and table_name = 'tasks'"
    )

    run(owner, "set local search_path = app, audit, public")

    assert ask(sql) == [("own",)]
    assert ask("select drifted from audit.drift where file = 'tasks.sql'") == [(False,)]
    assert ask(
        "select using_expression from audit.policies"
        " where table_name = 'tasks' and command = 'delete'"
    ) == [("(user_id = app.current_user_id())",)]
    assert ask("select object, detail from audit.findings where rule like 'tables%'") == []


def test_predefined_role_is_shown_where_somebody_is_a_member(owner: Connection, ask: Ask) -> None:
    """A predefined role is in the view only if another role is a member of it."""
    sql = "select distinct role from audit.access where role ~ '^pg_'"
    assert ask(sql) == []

    run(owner, "create role reader; grant pg_read_all_data to reader")
    assert ask(sql) == [("pg_read_all_data",)]
