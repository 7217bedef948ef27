"""Errors of Postgres become HTTP problems."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter
from sqlalchemy import text

from api.database.statements import Statement
from api.http.dependencies import UserDep
from tests.support.api import Serve
from tests.support.issuer import Issuer
from tests.support.problems import refusal

RAISE = "do $$ begin raise exception 'internal detail' using errcode = '{}'; end $$"

CONFLICT = (409, "/problems/conflict", "The request conflicts with rows of the caller.")
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
    """A client of an API with two handlers that run any SQL."""
    with serve(router) as client:
        yield client


@pytest.fixture
def client(served: httpx2.Client, issuer: Issuer) -> httpx2.Client:
    """A new user, whom no other test uses."""
    served.headers["authorization"] = f"Bearer {issuer.token(uuid.uuid4().hex)}"
    return served


def run(client: httpx2.Client, sql: str) -> httpx2.Response:
    return client.post("/run", params={"sql": sql})


def titles(client: httpx2.Client) -> list[str]:
    return [task["title"] for task in client.get("/api/tasks").json()]


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
    """An error becomes a problem and nothing is written, with one statement or with several."""
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
    """An error of a real statement becomes a problem, and the API serves the next request."""
    assert refusal(run(client, sql)) == expected
    assert titles(client) == []
    assert run(client, "select 'still serving'").json() == ["still serving"]


def test_missing_grant_is_logged(client: httpx2.Client, caplog: pytest.LogCaptureFixture) -> None:
    """A missing grant is 500 because the installation is wrong, and the log names the table."""
    assert refusal(run(client, "truncate app.tasks")) == INTERNAL

    (logged,) = [record.message for record in caplog.records if record.name == "rowlock"]
    assert "database error 42501: permission denied for table tasks" in logged


def test_refusal_of_a_policy_is_forbidden(
    client: httpx2.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that a policy's WITH CHECK refuses is 403 and is not logged.

    Its SQLSTATE, 42501, is also that of a missing grant.
    """
    nobody = "select set_config('app.user_id', '', true)"
    insert = "insert into app.tasks (title) values ('a')"

    assert refusal(client.post("/work", json=[nobody, insert])) == FORBIDDEN
    assert [record for record in caplog.records if record.name == "rowlock"] == []


def test_slow_statement_is_stopped(client: httpx2.Client) -> None:
    """A statement that exceeds statement_timeout is 504, and its transaction is rolled back."""
    insert = "insert into app.tasks (title) values ('half')"
    timeout = "set local statement_timeout = '50ms'"

    assert refusal(client.post("/work", json=[timeout, insert, "select pg_sleep(30)"])) == TIMEOUT
    assert titles(client) == []
    assert client.post("/work", json=[timeout, insert, "select pg_sleep(0)"]).status_code == 200
    assert titles(client) == ["half"]
