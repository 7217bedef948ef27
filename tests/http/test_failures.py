"""Unexpected errors: a problem without internal details, and a log entry with the request id."""

import logging
from collections.abc import Iterator

import httpx2
import pytest
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import text

from api.database.statements import Statement
from api.http.dependencies import UserDep
from tests.support.api import Serve
from tests.support.problems import refusal

INTERNAL = (500, "/problems/internal", "The error is logged under the request id.")

FAIL = """
do $$ begin
    raise exception 'what failed' using errcode = %(code)s, detail = %(title)s;
end $$
"""


def errors_logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_response_that_breaks_off_is_cut(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """An error after the first bytes closes the connection, so that a client notices it."""
    router = APIRouter()

    def broken() -> Iterator[bytes]:
        yield b"[1,"
        raise RuntimeError("internal detail")

    @router.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse(broken())

    with serve(router) as client:
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get("/stream", headers={"x-request-id": "find-me"})

        assert client.get("/api/tasks").status_code == 200
    assert "request find-me failed" in [record.getMessage() for record in errors_logged(caplog)]


@pytest.mark.parametrize("declared", ["async", "sync"])
def test_mistake_of_ours_is_a_problem(
    serve: Serve, caplog: pytest.LogCaptureFixture, declared: str
) -> None:
    """An unexpected error gives 500 without internal details, and is logged with the request id."""
    router = APIRouter()

    @router.post("/async")
    async def fail_in_loop() -> None:
        raise RuntimeError("internal detail")

    @router.post("/sync")
    def fail_in_thread() -> None:
        raise RuntimeError("internal detail")

    with serve(router) as client:
        response = client.post(f"/{declared}", headers={"x-request-id": "find-me"})

        assert client.get("/api/tasks").status_code == 200
    assert refusal(response) == INTERNAL
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["request_id"] == response.headers["x-request-id"] == "find-me"
    assert [record.getMessage() for record in errors_logged(caplog)] == ["request find-me failed"]
    assert "RuntimeError: internal detail" in caplog.text


def test_database_error_is_logged_if_it_is_ours(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """Only a database error that the client did not cause is logged, with request id and code."""
    router = APIRouter()

    @router.post("/run")
    async def run_statement(user: UserDep, sql: str) -> None:
        await user.fetch_one(Statement(sql, {}))

    with serve(router) as client:
        client.post("/run", params={"sql": "insert into app.tasks (title) values ('')"})
        assert errors_logged(caplog) == []
        client.post("/run", params={"sql": "selct"}, headers={"x-request-id": "find-me"})

    (record,) = errors_logged(caplog)
    said, *where = record.getMessage().splitlines()
    assert said == 'request find-me: database error 42601: syntax error at or near "selct"'
    assert any("in run_statement" in line for line in where)


def test_log_of_a_database_error_holds_no_words_of_a_user(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """The log contains the database's message, but no values of the statement or row."""
    router = APIRouter()

    @router.post("/run")
    async def run_statement(user: UserDep, code: str, title: str) -> None:
        await user.fetch_one(Statement(FAIL, {}), code=code, title=title)

    @router.post("/work")
    def run_work(user: UserDep, title: str) -> None:
        with user.unit_of_work() as session:
            session.execute(text("insert into app.nowhere values (:title)"), {"title": title})

    with serve(router) as client:
        words = {"title": "my-own-words"}
        responses = [
            client.post("/run", params={"code": "23000", **words}),
            client.post("/run", params={"code": "57014", **words}),
            client.post("/work", params=words),
        ]

    assert [response.status_code for response in responses] == [500, 504, 500]
    assert len(errors_logged(caplog)) == 3
    logged = "".join(f"{r.getMessage()}{r.exc_text}" for r in errors_logged(caplog))
    assert "what failed" in logged
    assert "my-own-words" not in logged
