"""Each mutant of tests/faults is noticed by exactly those that its file names in `caught_by`.

A mutant breaks the database, or a module of the API, in one way. Those that may notice are the
isolation `matrix`, the request `sequence`, and the checks of db/checks by their names.
"""

import runpy
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class in all but its name

from api.operations import startup_checks
from api.operations.migrate import newest_revision
from api.tables.discovery import statements
from tests.faults.catalogue import faults
from tests.faults.fault import OF_A_TABLE, Fault, fill, placeholders
from tests.policies.sequence import EXPECTED, run_sequence
from tests.support import isolation
from tests.support.api_role import CHECKS, failing_checks
from tests.support.blocking import BlockingDatabase, blocking
from tests.support.server import Server, connect

MUTANTS = [fault for fault in faults() if fault.mutant]
# Replaces a name of a module of the API.
CODE = [fault for fault in MUTANTS if fault.path.suffix == ".py"]
# Committed, because only a new connection shows them; to a database of the test's own.
SETTINGS = [fault for fault in MUTANTS if "user" in placeholders(fault.body)]
# Run in the owner's transaction, and rolled back.
CATALOGUE = [fault for fault in MUTANTS if fault not in CODE + SETTINGS]

# The kinds of faults that must be noticed, and those that were added to them.
DEMANDED = {
    "drop a policy",
    "using (true)",
    "drop WITH CHECK's condition",
    "disable RLS",
    "NO FORCE",
    "grant TRUNCATE",
    "BYPASSRLS",
    "a session-wide setting",
    "an unbound session",
}
ADDED = {
    "another policy",
    "a policy for everyone",
    "a column grant",
    "a missing grant",
    "a trespassing key",
    "around the policies",
    "a role with more rights",
    "a wrong identity",
}

# Checks that no mutant of a migrated database can fail: their tests are the guard's own.
ELSEWHERE = {"encoding", "role_name", "server_version"}

COMMANDS = {"r": "select", "a": "insert", "w": "update", "d": "delete"}

POLICIES = """
select polrelid::regclass::text, polname, polcmd, polqual is not null, polwithcheck is not null
from pg_policy
inner join pg_class as c on polrelid = c.oid
where c.relnamespace = 'app'::regnamespace and polroles = array['rowlock_api'::regrole::oid]
"""

USER_ID_CHECKS = """
select conrelid::regclass::text, conname
from pg_constraint
inner join pg_class as c on conrelid = c.oid
where
    c.relnamespace = 'app'::regnamespace
    and pg_get_constraintdef(pg_constraint.oid) = 'CHECK ((user_id <> ''''::text))'
"""

TRIES = 5  # at a role that a migration of another test writes to at the same time


@pytest.mark.parametrize("mutant", CATALOGUE, ids=str)
def test_fault_in_the_catalogue_is_noticed(server: Server, database: str, mutant: Fault) -> None:
    """In every table, the fault is noticed by exactly those who are named beside it."""
    caught = {}
    for place, statement in _statements(server, database, mutant):
        with closing(connect(server.owner_url(database))) as owner:
            _apply(owner, statement)
            caught[place] = set(failing_checks(owner))
            if _matrix_notices(owner):
                caught[place].add("matrix")

    assert caught
    assert caught == dict.fromkeys(caught, mutant.caught_by)


@pytest.mark.parametrize("mutant", SETTINGS, ids=str)
def test_fault_in_settings_is_noticed(server: Server, own_database: str, mutant: Fault) -> None:
    """A user id that every new connection starts with is noticed by those who are named."""
    alice = _new_user()
    names = {"database": sql.Identifier(own_database), "user": sql.Literal(alice)}
    with closing(connect(server.owner_url(own_database))) as owner:
        _apply(owner, sql.SQL(mutant.body).format(**names).as_string(owner))
        owner.commit()

    with _one_connection(server, own_database) as pool:
        assert _noticed_by(pool, alice) == mutant.caught_by


@pytest.mark.parametrize("mutant", CODE, ids=str)
def test_fault_in_the_code_is_noticed(
    server: Server, database: str, monkeypatch: pytest.MonkeyPatch, mutant: Fault
) -> None:
    """A fault of the code shows in the next transaction of the connection, with or without user."""
    fault = runpy.run_path(str(mutant.path))
    monkeypatch.setattr(fault["TARGET"], fault["REPLACEMENT"])

    with _one_connection(server, database) as pool:
        assert _noticed_by(pool, _new_user()) == mutant.caught_by


def test_sound_database_is_noticed_by_nobody(server: Server, database: str) -> None:
    """Without a fault, neither the matrix, nor the sequence, nor a check reports anything."""
    with closing(connect(server.owner_url(database))) as owner:
        assert failing_checks(owner) == {}
        assert isolation.observe(owner) == isolation.expect(owner)
    with _one_connection(server, database) as pool:
        assert run_sequence(pool, _new_user(), _new_user()) == EXPECTED
        assert _noticed_by(pool, _new_user()) == set()


def test_catalogue_holds_every_demanded_kind() -> None:
    """The mutants show the nine demanded kinds of faults, those that were added, and no other."""
    assert {mutant.mutant for mutant in MUTANTS} == DEMANDED | ADDED


def test_catalogue_holds_every_policy_and_condition(owner: Connection) -> None:
    """Each policy is dropped once; each USING and each WITH CHECK loses its condition once."""
    statements = {mutant.body.rstrip(";\n") for mutant in CATALOGUE}
    with owner.cursor() as cursor:
        cursor.execute(POLICIES)
        policies = cursor.fetchall()

    needed = set()
    for _, _, code, using, with_check in policies:
        command = COMMANDS[code]
        policy = f"policy {{{command}}} on {{table}}"
        needed.add(f"drop {policy}")
        needed |= {f"alter {policy} using (true)"} if using else set()
        needed |= {f"alter {policy} with check (true)"} if with_check else set()

    assert policies
    assert needed <= statements


def test_catalogue_needs_every_check() -> None:
    """Each file of db/checks is the catcher of a mutant, or has its failing test elsewhere."""
    catchers = {name for mutant in MUTANTS for name in mutant.caught_by}

    assert catchers - {"matrix", "sequence"} == CHECKS.keys() - ELSEWHERE


def _statements(server: Server, database: str, mutant: Fault) -> Iterator[tuple[str, str]]:
    """The mutant's statement, once for each table that has what it names."""
    with closing(connect(server.owner_url(database))) as owner, owner.cursor() as cursor:
        known = {table.name: {"table": table.name} for table in isolation.tables(owner)}
        cursor.execute(POLICIES)
        for table, policy, code, *_ in cursor:
            known[table][COMMANDS[code]] = policy
        cursor.execute(USER_ID_CHECKS)
        for table, check in cursor:
            known[table]["user_id_check"] = check
    needed = placeholders(mutant.body)
    if not needed & OF_A_TABLE:
        yield "schema", mutant.body
    elif "column" in needed:
        command = mutant.body.split()[1]
        for table, column in _granted_columns(server, database, command):
            yield f"{table}.{column}", fill(mutant.body, {"table": table, "column": column})
    else:
        # A table may do without a policy that the statement names, or that makes it harmful.
        needed |= {mutant.needs} - {""}
        for table, names in known.items():
            if needed <= names.keys():
                yield table, fill(mutant.body, names)


def _granted_columns(server: Server, database: str, command: str) -> list[tuple[str, str]]:
    """Each column that rowlock_api may use by a command."""
    with closing(connect(server.owner_url(database))) as owner:
        return [
            (table.name, column)
            for table in isolation.tables(owner)
            # Without its last column, the command is revoked: that is another mutant.
            if len(table.granted[command]) > 1
            for column in sorted(table.granted[command])
        ]


def _apply(owner: Connection, statement: str) -> None:
    """Run the statement in the owner's transaction; closing the connection undoes it.

    What only a superuser may break is left alone where the owner is none.
    """
    with owner.cursor() as cursor:
        for attempt in range(TRIES):
            cursor.execute("savepoint sound")
            try:
                cursor.execute(statement)
            except psycopg2.errors.InternalError_:  # "tuple concurrently updated"
                if attempt == TRIES - 1:
                    raise
                cursor.execute("rollback to savepoint sound")
            else:
                return


def _matrix_notices(owner: Connection) -> bool:
    """Whether the matrix comes out wrong, or no row can be planted: the trail refuses it."""
    try:
        wrong = isolation.observe(owner) != isolation.expect(owner)
        return wrong or isolation.refused(owner) != {}
    except psycopg2.errors.ObjectNotInPrerequisiteState:
        return True


@contextmanager
def _one_connection(server: Server, database: str) -> Iterator[BlockingDatabase]:
    with blocking(server.api_url(database), pool_timeout=10) as pool:
        yield pool


def _noticed_by(pool: BlockingDatabase, alice: str) -> set[str]:
    """What fails: the guard as the API starts, and then its first requests."""
    results = startup_checks.inspect(pool.database, newest_revision(), statements())
    noticed = {result.name for result in results if result.findings}
    if run_sequence(pool, alice, _new_user()) != EXPECTED:
        noticed.add("sequence")
    return noticed


def _new_user() -> str:
    return f"user-{uuid.uuid4().hex}"
