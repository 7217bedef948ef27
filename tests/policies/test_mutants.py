"""Each mutant of tests/faults is detected by exactly the detectors in `caught_by` of its file.

A mutant breaks the database, or a module of the API, in one way. The detectors are the isolation
`matrix`, the request `sequence`, and the checks of db/checks.
"""

import runpy
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from api.operations import startup_checks
from api.operations.migrate import newest_revision
from api.tables.discovery import statements
from tests.faults.fault import Fault
from tests.policies.mutants import CATALOGUE, CODE, SETTINGS, statements_of
from tests.policies.sequence import EXPECTED, run_sequence
from tests.support import isolation
from tests.support.api_role import failing_checks
from tests.support.blocking import BlockingDatabase, blocking
from tests.support.server import Server, connect

TRIES = 5  # because a migration in another test may change the same role at the same time


@pytest.mark.parametrize("mutant", CATALOGUE, ids=str)
def test_fault_in_the_catalogue_is_noticed(server: Server, database: str, mutant: Fault) -> None:
    """In every table, the checks and the matrix in `caught_by` detect the fault, and no others."""
    caught = {}
    for place, statement in statements_of(server, database, mutant):
        with closing(connect(server.owner_url(database))) as owner:
            _apply(owner, statement)
            caught[place] = set(failing_checks(owner))
            if _matrix_notices(owner):
                caught[place].add("matrix")

    assert caught
    assert caught == dict.fromkeys(caught, mutant.caught_by)


@pytest.mark.parametrize("mutant", SETTINGS, ids=str)
def test_fault_in_settings_is_noticed(server: Server, own_database: str, mutant: Fault) -> None:
    """The detectors in `caught_by` detect a user id that is set on every new connection."""
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
    """The detectors in `caught_by` detect a fault in the API's code."""
    fault = runpy.run_path(str(mutant.path))
    monkeypatch.setattr(fault["TARGET"], fault["REPLACEMENT"])

    with _one_connection(server, database) as pool:
        assert _noticed_by(pool, _new_user()) == mutant.caught_by


def test_database_without_a_fault_has_no_finding(server: Server, database: str) -> None:
    """Without a fault, neither the matrix, nor the sequence, nor a check reports anything."""
    with closing(connect(server.owner_url(database))) as owner:
        assert failing_checks(owner) == {}
        assert isolation.observe(owner) == isolation.expect(owner)
    with _one_connection(server, database) as pool:
        assert run_sequence(pool, _new_user(), _new_user()) == EXPECTED
        assert _noticed_by(pool, _new_user()) == set()


def _apply(owner: Connection, statement: str) -> None:
    """Run the statement in the owner's transaction; closing the connection undoes it."""
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
    """Whether the matrix is wrong, a statement is refused, or the trail refuses a planted row."""
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
    """The checks that fail when the API starts, and `sequence` if its first requests are wrong."""
    results = startup_checks.inspect(pool.database, newest_revision(), statements())
    noticed = {result.name for result in results if result.findings}
    if run_sequence(pool, alice, _new_user()) != EXPECTED:
        noticed.add("sequence")
    return noticed


def _new_user() -> str:
    return f"user-{uuid.uuid4().hex}"
