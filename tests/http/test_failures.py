"""What a client meets when something fails: lost races, a full pool, mistakes of our own."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from threading import Semaphore
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import text

from api.database.statements import Statement
from api.http.dependencies import UserDep
from tests.support.api import Serve, refusal
from tests.support.issuer import Issuer

INTERNAL = (500, "/problems/internal", "The error is logged under the request id.")
UNAVAILABLE = (503, "/problems/unavailable", "Try again after the time in Retry-After.")
BUSY = (503, "/problems/unavailable", "Every database connection is in use.")

LOSE_THEN_WIN = """
do $$ begin
    if %(attempt)s <= %(losses)s then
        raise exception 'internal detail' using errcode = %(code)s;
    end if;
end $$;
insert into app.tasks (title) values ('won') returning title
"""

FAIL = """
do $$ begin
    raise exception 'what failed' using errcode = %(code)s, detail = %(title)s;
end $$
"""


class Attempts:
    """A value of a statement that knows how often the statement was sent, and says so in it."""

    def __init__(self) -> None:
        self.count = 0

    def __conform__(self, _protocol: object) -> "Attempts":
        return self

    def getquoted(self) -> bytes:
        """The number of this attempt, as SQL."""
        self.count += 1
        return str(self.count).encode()


def errors_logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("code", ["40001", "40P01"])
@pytest.mark.parametrize(
    ("losses", "sent", "status"), [(0, 1, 200), (1, 2, 200), (2, 3, 200), (3, 3, 503)]
)
def test_lost_race_is_run_again(
    serve: Serve, code: str, losses: int, sent: int, status: int
) -> None:
    """A statement that lost against another is sent up to three times in all, then 503."""
    attempts, router = Attempts(), APIRouter()
    statement = Statement(LOSE_THEN_WIN, {"losses": losses, "code": code})

    @router.post("/race")
    async def race(user: UserDep) -> list[Any]:
        return list(await user.fetch_one(statement, attempt=attempts) or ())

    with serve(router) as client:
        response = client.post("/race")
        written = [task["title"] for task in client.get("/api/tasks").json()]

    assert (response.status_code, attempts.count) == (status, sent)
    if status == 503:
        assert (refusal(response), response.headers["retry-after"]) == (UNAVAILABLE, "2")
        assert written == []
    else:
        assert response.json() == written == ["won"]


def test_other_errors_are_not_run_again(serve: Serve) -> None:
    """Only a lost race is repeated: a refused statement is sent once."""
    attempts, router = Attempts(), APIRouter()

    @router.post("/once")
    async def once(user: UserDep) -> None:
        await user.fetch_one(
            Statement("select %(attempt)s; truncate app.tasks", {}), attempt=attempts
        )

    with serve(router) as client:
        assert refusal(client.post("/once")) == INTERNAL
    assert attempts.count == 1


def test_exhausted_pool_is_unavailable(serve: Serve) -> None:
    """When no connection is free within the time allowed, the answer is 503 with Retry-After."""
    router = APIRouter()

    @router.post("/hold")
    async def hold_connection(user: UserDep) -> None:
        held.enter_context(user.unit_of_work()).execute(text("select 1"))

    with serve(router, pool_size=1, pool_timeout=0.05) as client, ExitStack() as held:
        client.post("/hold")
        busy, ready = client.post("/hold"), client.get("/health/ready")
        held.close()

        assert (refusal(busy), busy.headers["retry-after"]) == (BUSY, "2")
        assert (ready.status_code, ready.json()["database"]) == (503, False)
        assert client.post("/hold").status_code == 200
        held.close()
        assert client.get("/health/ready").status_code == 200


def test_one_user_cannot_hold_every_connection(serve: Serve, issuer: Issuer) -> None:
    """Whoever asks for more than half of the pool waits for their own; the next user does not."""
    router, entered = APIRouter(), Semaphore(0)

    @router.post("/hold")
    async def hold(user: UserDep) -> None:
        entered.release()
        await user.fetch_one(Statement("select pg_sleep(2)", {}))

    with (
        serve(router, pool_size=4, pool_timeout=0.5) as greedy,
        ThreadPoolExecutor(4) as threads,
    ):
        held = [threads.submit(greedy.post, "/hold") for _ in range(4)]
        assert all(entered.acquire(timeout=5) for _ in range(4))
        other = {"authorization": f"Bearer {issuer.token('other')}"}

        assert greedy.get("/api/tasks", headers=other).status_code == 200
        assert refusal(greedy.get("/api/tasks")) == BUSY
        assert sorted(future.result().status_code for future in held) == [200, 200, 503, 503]


def test_queue_has_an_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where as many wait as may, the next one is 503 soon, and those who wait are served."""
    monkeypatch.setattr("api.database.fair_queue.WAITING", 4)  # of which one user takes half
    router = APIRouter()

    @router.post("/slow")
    async def sleep(user: UserDep) -> None:
        await user.fetch_one(Statement("select pg_sleep(0.5)", {}))

    with serve(router, pool_size=1, pool_timeout=30) as client, ThreadPoolExecutor(6) as threads:
        sent = [threads.submit(client.post, "/slow") for _ in range(6)]
        responses = [one.result() for one in sent]

    assert sorted(response.status_code for response in responses) == [200] * 3 + [503] * 3
    refused = [response for response in responses if response.status_code == 503]
    assert {(refusal(one), one.headers["retry-after"]) for one in refused} == {(BUSY, "2")}


def test_request_waits_no_longer_than_allowed(serve: Serve, issuer: Issuer) -> None:
    """Requests behind a slow one are 503 in time, before it ends; later ones are served again."""
    router, answered = APIRouter(), list[int]()

    @router.post("/slow")
    async def sleep(user: UserDep) -> None:
        await user.fetch_one(Statement("select pg_sleep(1)", {}))

    def send(request: Callable[[], httpx2.Response]) -> None:
        answered.append(request().status_code)

    with serve(router, pool_size=2, pool_timeout=0.1) as client, ThreadPoolExecutor(12) as senders:
        for user_id in ("slow", "slower"):  # each with a share of its own
            headers = {"authorization": f"Bearer {issuer.token(user_id)}"}
            senders.submit(send, partial(client.post, "/slow", headers=headers))
        assert any(client.get("/api/tasks").status_code == 503 for _ in range(50))
        for _ in range(10):
            senders.submit(send, lambda: client.get("/api/tasks"))
        assert client.get("/health/live").status_code == 200
        senders.shutdown()
        assert client.get("/api/tasks").status_code == 200

    assert answered == [503] * 10 + [200] * 2


def test_response_that_breaks_off_is_cut(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """An error after the first bytes cuts the connection: no client takes a part for the whole."""
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
    """An unexpected error is 500 without a word of the inside; the log has it with the id."""
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
    """A database error that no client can mend is logged with the id and the code, and no other."""
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
    """What is logged says what failed and where, and quotes neither the statement nor the row."""
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
