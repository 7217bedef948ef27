"""What the database reports, in HTTP's words: the table of SQLSTATEs, and real errors."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx2
import psycopg2
import pytest
from fastapi import APIRouter
from sqlalchemy import text

from api.database.statements import Statement
from api.http.dependencies import UserDep
from api.http.error_handlers import SQLSTATES, kind_of
from tests.support.api import Serve, refusal
from tests.support.issuer import Issuer

RAISE = "do $$ begin raise exception 'internal detail' using errcode = '{}'; end $$"

CONFLICT = (409, "/problems/conflict", "The caller has rows that forbid this.")
REFERRED_TO = (409, "/problems/conflict", "Other rows of the caller's refer to this one.")
FORBIDDEN = (403, "/problems/forbidden", "The caller may not do this.")
INVALID = (422, "/problems/invalid", "A value is not what the API accepts.")
INTERNAL = (500, "/problems/internal", "The error is logged under the request id.")
UNAVAILABLE = (503, "/problems/unavailable", "Try again after the time in Retry-After.")
TIMEOUT = (504, "/problems/timeout", "The database did not finish in time.")


router = APIRouter()


@router.post("/run")
async def run_statement(user: UserDep, sql: str) -> list[Any]:
    return list(await user.fetch_one(Statement(sql, {})) or ())


@router.post("/work")
def run_statements(user: UserDep, sql: list[str]) -> None:
    with user.unit_of_work() as session:
        for one in sql:
            session.execute(text(one))


@pytest.fixture(scope="module")
def served(serve: Serve) -> Iterator[httpx2.Client]:
    """The API with two handlers that run any SQL."""
    with serve(router) as client:
        yield client


@pytest.fixture
def client(served: httpx2.Client, issuer: Issuer) -> httpx2.Client:
    """A user whom no other test knows."""
    served.headers["authorization"] = f"Bearer {issuer.token(uuid.uuid4().hex)}"
    return served


def run(client: httpx2.Client, sql: str) -> httpx2.Response:
    return client.post("/run", params={"sql": sql})


def titles(client: httpx2.Client) -> list[str]:
    return [task["title"] for task in client.get("/api/tasks").json()]


class DatabaseError(psycopg2.Error):
    """An error with a code of choice, as the driver makes one."""

    def __init__(self, code: str) -> None:
        super().__init__("internal detail")
        self.code = code

    @property
    def pgcode(self) -> str:  # type: ignore[override] # the driver's is read-only too
        """The SQLSTATE."""
        return self.code


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("08000", 503), ("08001", 503), ("08003", 503), ("08006", 503), ("08P01", 503),
        ("22P02", 422), ("22001", 422), ("22003", 422), ("22007", 422), ("22021", 422),
        ("23001", 409), ("23502", 422), ("23503", 422), ("23505", 409), ("23514", 422),
        ("23P01", 409), ("23000", 500),
        ("25006", 503), ("25001", 500), ("25P02", 500),
        ("40001", 503), ("40P01", 503), ("40000", 500), ("40002", 500),
        ("42501", 500), ("42P01", 500), ("42601", 500), ("42000", 500),
        ("53000", 503), ("53100", 503), ("53200", 503), ("53300", 503),
        ("55P03", 503), ("55006", 500),
        ("57014", 504), ("57P01", 503), ("57P02", 503), ("57P03", 503), ("57000", 500),
        ("XX000", 500), ("P0001", 500), ("99999", 500), ("0A000", 500),
    ],
)  # fmt: skip
def test_sqlstate_has_one_status(code: str, status: int) -> None:
    """A code or its class decides the status; a code that no rule knows is 500."""
    assert kind_of(DatabaseError(code)).status == status


def test_every_rule_of_the_table_is_tested() -> None:
    """Each rule above is a rule of the table: none is added without a test."""
    assert set(SQLSTATES) == {
        "08", "22", "23001", "23502", "23503", "23505", "23514", "23P01", "25006", "40001", "40P01",
        "42501", "53", "55P03", "57014", "57P",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (psycopg2.OperationalError("connection refused"), 503),
        (psycopg2.InterfaceError("connection already closed"), 503),
        (psycopg2.ProgrammingError("no results to fetch"), 500),
        (psycopg2.Error(), 500),
    ],
)
def test_error_without_sqlstate(error: psycopg2.Error, status: int) -> None:
    """Without a code, a lost connection is 503 and a mistake of ours 500."""
    assert kind_of(error).status == status


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("22P02", INVALID),
        ("23001", REFERRED_TO),
        ("23502", INVALID),
        ("23503", INVALID),
        ("23505", CONFLICT),
        ("23514", INVALID),
        ("23P01", CONFLICT),
        ("42501", FORBIDDEN),
        ("08006", UNAVAILABLE),
        ("25006", UNAVAILABLE),
        ("40001", UNAVAILABLE),
        ("40P01", UNAVAILABLE),
        ("53300", UNAVAILABLE),
        ("55P03", UNAVAILABLE),
        ("57P01", UNAVAILABLE),
        ("57014", TIMEOUT),
        ("P0001", INTERNAL),
        ("42P01", INTERNAL),
    ],
)
def test_reported_error_is_a_problem(
    client: httpx2.Client, code: str, expected: tuple[int, str, str]
) -> None:
    """An error that Postgres reports is a problem and nothing is written, in both forms of work."""
    insert = "insert into app.tasks (title) values ('half')"

    assert run(client, f"{insert} returning title").json() == ["half"]
    in_one = run(client, f"{insert}; {RAISE.format(code)}")
    in_work = client.post("/work", json=[insert, RAISE.format(code)])
    assert (refusal(in_one), refusal(in_work)) == (expected, expected)
    assert titles(client) == ["half"]
    for response in (in_one, in_work):
        assert "internal detail" not in response.text
        assert response.headers.get("retry-after") == ("2" if expected[0] == 503 else None)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("insert into app.tasks (title) values ('')", INVALID),
        ("insert into app.tasks (title) values (' a')", INVALID),
        ("insert into app.tasks (user_id, title) values ('bob', 'a')", INTERNAL),
        ("update app.tasks set user_id = 'bob'", INTERNAL),
        ("truncate app.tasks", INTERNAL),
        ("select 'x'::int", INVALID),
        ("select 1 / 0", INVALID),
        ("select pg_terminate_backend(pg_backend_pid())", UNAVAILABLE),
        ("set transaction read only; insert into app.tasks (title) values ('a')", UNAVAILABLE),
        ("select * from app.nowhere", INTERNAL),
        ("selct", INTERNAL),
    ],
)
def test_real_error_is_a_problem(
    client: httpx2.Client, sql: str, expected: tuple[int, str, str]
) -> None:
    """What Postgres itself refuses becomes the problem that the table says, and serving goes on."""
    assert refusal(run(client, sql)) == expected
    assert titles(client) == []
    assert run(client, "select 'still serving'").json() == ["still serving"]


def test_missing_grant_is_logged(client: httpx2.Client, caplog: pytest.LogCaptureFixture) -> None:
    """A grant that is missing is a mistake of the installation's: 500, and the log says which."""
    assert refusal(run(client, "truncate app.tasks")) == INTERNAL

    (logged,) = [record.message for record in caplog.records if record.name == "rowlock"]
    assert "database error 42501: permission denied for table tasks" in logged


def test_refusal_of_a_policy_is_forbidden(
    client: httpx2.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that a policy's WITH CHECK refuses is 403, has the same SQLSTATE, and is not logged."""
    nobody = "select set_config('app.user_id', '', true)"
    insert = "insert into app.tasks (title) values ('a')"

    assert refusal(client.post("/work", json=[nobody, insert])) == FORBIDDEN
    assert [record for record in caplog.records if record.name == "rowlock"] == []


def test_slow_statement_is_stopped(client: httpx2.Client) -> None:
    """A statement over statement_timeout is 504, and its work is rolled back."""
    insert = "insert into app.tasks (title) values ('half')"
    timeout = "set local statement_timeout = '50ms'"

    assert refusal(client.post("/work", json=[timeout, insert, "select pg_sleep(30)"])) == TIMEOUT
    assert titles(client) == []
    assert client.post("/work", json=[timeout, insert, "select pg_sleep(0)"]).status_code == 200
    assert titles(client) == ["half"]
