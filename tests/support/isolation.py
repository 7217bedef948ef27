"""The isolation matrix: every table of schema app, command and identity.

No table is named here. Tables and grants come from the catalogue, rows from `rows`. The owner
inserts a row of Alice and a row of Bob, runs each command as rowlock_api without any filter, and
looks at whose rows were seen or touched. All of it is rolled back.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - as above

from api.operations import missing_grants
from api.tables.discovery import statements
from tests.support.api_role import become_api_role
from tests.support.rows import Row, identifier, plant, valid_change, valid_values

# The callers, and the value of app.user_id. "nobody" comes first, when it was never set.
IDENTITIES = {"nobody": None, "empty": "", "alice": "alice", "bob": "bob"}
USERS = ["alice", "bob"]

# The outcome of a command: whose rows it read or changed, or a SQLSTATE.
NOTHING, DENIED = "nothing", "42501"

Outcomes = dict[str, str]
Matrix = dict[tuple[str, str], Outcomes]


@dataclass(frozen=True)
class Table:
    """A table, the columns rowlock_api may use per command, and the commands with a policy."""

    name: str
    granted: dict[str, set[str]]
    policed: set[str]


@dataclass(frozen=True)
class Planted:
    """A table with a row of each user, the values of another row, and values for an update."""

    id: sql.Identifier
    row: dict[str, Row]
    change: Row


@dataclass(frozen=True)
class Command:
    """A command, the grant it needs (None: no role has it), and its outcome for each identity.

    `unlocked` grants the statement's columns, user_id among them, first: what is denied then is
    denied by the policy alone. Without it the grants would hide a policy that checks nothing.
    """

    name: str
    needs: str | None
    statement: Callable[[Planted, str], sql.Composable]
    expected: Outcomes
    unlocked: bool = False

    def expected_in(self, table: Table) -> Outcomes:
        """The outcome for a table: denied for everybody if it has neither grant nor policy."""
        wanted = self.needs is None or table.granted[self.needs] or self.needs in table.policed
        return self.expected if wanted else NEVER

    def applies_to(self, table: Table) -> bool:
        """Whether it can be tested: without the grant, the policy alone cannot be observed."""
        return not self.unlocked or bool(table.granted[self.needs or ""])


def _plain(statement: str) -> Callable[[Planted, str], sql.Composable]:
    return lambda table, _: sql.SQL(statement).format(table.id)


def _insert(table: Planted, identity: str) -> sql.Composable:
    """Leave user_id to its default."""
    row = table.row.get(identity, table.row["alice"])
    return _insert_row(table, row) if row else _plain("insert into {} default values")(table, "")


def _insert_as_alice(table: Planted, _: str) -> sql.Composable:
    return _insert_row(table, {"user_id": "alice"} | table.row["alice"])


def _insert_row(table: Planted, row: Row) -> sql.Composable:
    return sql.SQL("insert into {} ({}) values ({})").format(
        table.id,
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Literal, row.values())),
    )


def _update(table: Planted, _: str, *, change: Row | None = None) -> sql.Composable:
    """Set a constant: an expression of a column would need, and hide behind, SELECT's policy."""
    ((name, value),) = (change or table.change).items()
    return sql.SQL("update {} set {} = {}").format(
        table.id, sql.Identifier(name), sql.Literal(value)
    )


_give_to_alice = partial(_update, change={"user_id": "alice"})


def _outcomes(nobody: str, empty: str, alice: str, bob: str) -> Outcomes:
    return dict(zip(IDENTITIES, (nobody, empty, alice, bob), strict=True))


OWN = _outcomes(NOTHING, NOTHING, "alice", "bob")
OWN_OR_DENIED = _outcomes(DENIED, DENIED, "alice", "bob")
NEVER = _outcomes(DENIED, DENIED, DENIED, DENIED)

COMMANDS = {
    command.name: command
    for command in (
        Command("select", "select", _plain("select user_id from {}"), OWN),
        Command("insert", "insert", _insert, OWN_OR_DENIED),
        Command("update", "update", _update, OWN),
        Command("delete", "delete", _plain("delete from {}"), OWN),
        Command("truncate", None, _plain("truncate {}"), NEVER),
        Command("insert as alice", None, _insert_as_alice, NEVER),
        Command("give to alice", None, _give_to_alice, NEVER),
        Command(
            "insert as alice, were it granted",
            "insert",
            _insert_as_alice,
            _outcomes(DENIED, DENIED, "alice", DENIED),
            unlocked=True,
        ),
        Command(
            "give to alice, were it granted",
            "update",
            _give_to_alice,
            _outcomes(NOTHING, NOTHING, "alice", DENIED),
            unlocked=True,
        ),
    )
}

TABLES = """
select
    c.oid::regclass::text,
    p.command,
    array(
        select a.attname::text
        from pg_attribute as a
        where
            a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and case p.command
                when 'delete' then has_table_privilege('rowlock_api', c.oid, p.command)
                else has_column_privilege('rowlock_api', c.oid, a.attnum, p.command)
            end
    ),
    exists(
        select from pg_policy as y
        where
            y.polrelid = c.oid and y.polpermissive and y.polcmd::text = p.code
            and to_regrole('rowlock_api')::oid = any (y.polroles)
    )
from pg_class as c
cross join (
    values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')
) as p (command, code)
where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
order by c.oid::regclass::text
"""


def tables(connection: Connection) -> list[Table]:
    """Every table of schema app."""
    found: dict[str, Table] = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for name, command, columns, policed in cursor:
            table = found.setdefault(name, Table(name, {}, set()))
            table.granted[command] = set(columns)
            table.policed.update([command] if policed else [])
    return list(found.values())


def expect(connection: Connection, names: Iterable[str] = COMMANDS) -> Matrix:
    """The expected outcome of each command for each identity."""
    return {
        (table.name, command.name): command.expected_in(table)
        for table, command in _cells(connection, names)
    }


def observe(connection: Connection, names: Iterable[str] = COMMANDS) -> Matrix:
    """The observed outcomes, over a connection of the owner in which app.user_id was never set."""
    cells = _cells(connection, names)
    found: Matrix = {(table.name, command.name): {} for table, command in cells}
    with connection.cursor() as cursor:
        for identity in IDENTITIES:
            for table in {table.name: table for table, _ in cells}.values():
                with _undone(cursor, "planted"):
                    planted = _plant(cursor, table)
                    for command in (command for of, command in cells if of is table):
                        outcome = _attempt(cursor, planted, command, identity)
                        found[table.name, command.name][identity] = outcome
    return found


def refused(connection: Connection) -> dict[str, str | None]:
    """The statements of the API that rowlock_api may not run, each with its SQLSTATE."""
    with connection.cursor() as cursor:

        def run(statement: str, values: Any) -> None:
            with _undone(cursor, "statement"):
                become_api_role(cursor)
                cursor.execute(statement, values)

        return {name: error.pgcode for name, error in missing_grants.refused(statements(), run)}


def _cells(connection: Connection, names: Iterable[str]) -> list[tuple[Table, Command]]:
    commands = [COMMANDS[name] for name in names]
    return [(t, c) for t in tables(connection) for c in commands if c.applies_to(t)]


@contextmanager
def _undone(cursor: Cursor, name: str) -> Iterator[None]:
    cursor.execute(f"savepoint {name}")
    try:
        yield
    finally:
        cursor.execute(f"rollback to savepoint {name}")


def _plant(cursor: Cursor, table: Table) -> Planted:
    name = identifier(table.name)
    if not any(table.granted.values()):  # everything is denied, with or without rows
        return Planted(name, {"alice": {}}, {"user_id": "alice"})
    if table.granted["select"]:  # whose rows are seen is read from user_id
        cursor.execute(sql.SQL("grant select (user_id) on {} to rowlock_api").format(name))
    for user in USERS:
        plant(cursor, table.name, user)
    writable = table.granted["update"] - {"user_id"}
    row = {user: valid_values(cursor, table.name, user) for user in USERS}
    change = valid_change(cursor, table.name, writable, USERS, row["alice"]) if writable else {}
    return Planted(name, row, change or {"user_id": "alice"})


def _attempt(cursor: Cursor, table: Planted, command: Command, identity: str) -> str:
    """Run one command as one identity, and say whose rows it saw or touched."""
    with _undone(cursor, "cell"):
        if command.unlocked:
            columns = map(sql.Identifier, sorted({"user_id"} | table.row["alice"].keys()))
            cursor.execute(
                sql.SQL("grant insert ({0}), update ({0}) on {1} to rowlock_api").format(
                    sql.SQL(", ").join(columns), table.id
                )
            )
        before = _rows(cursor, table)
        become_api_role(cursor)
        _identify(cursor, IDENTITIES[identity])
        try:
            cursor.execute(command.statement(table, identity))
        except psycopg2.Error as error:
            return str(error.pgcode)
        if command.name == "select":
            return _whose({user for (user,) in cursor})
        cursor.execute("set local role none")
        return _whose({user for user, _ in before ^ _rows(cursor, table)})


def _identify(cursor: Cursor, user_id: str | None) -> None:
    if user_id is None:
        cursor.execute("select current_setting('app.user_id', true)")
        assert cursor.fetchone() == (None,), "this connection was bound before"
    else:
        cursor.execute("select set_config('app.user_id', %s, true)", (user_id,))


def _rows(cursor: Cursor, table: Planted) -> set[tuple[str, str]]:
    """Each row's user, and where its version lies: a row that was written lies elsewhere."""
    cursor.execute(sql.SQL("select user_id, tableoid || ' ' || ctid from {}").format(table.id))
    return set(cursor)


def _whose(users: set[str]) -> str:
    return ", ".join(sorted({user if user in USERS else "others" for user in users})) or NOTHING
