"""Requests while every database connection is in use: shares of users, waiting times and 503."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from threading import Semaphore

import httpx2
import pytest
from fastapi import APIRouter
from sqlalchemy import text

from api.database.statements import Statement
from api.http.dependencies import UserDep
from tests.support.api import Serve
from tests.support.issuer import Issuer
from tests.support.problems import refusal

BUSY = (503, "/problems/unavailable", "Every database connection is in use.")


def test_exhausted_pool_is_unavailable(serve: Serve) -> None:
    """If no connection is free within POOL_TIMEOUT, the response is 503 with Retry-After."""
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
    """A user may hold half of the pool: more requests of that user wait, others are served."""
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
    """When the queue is full, the next request is 503; the requests in the queue are served."""
    monkeypatch.setattr("api.database.fair_queue.WAITING", 4)  # one user may have half of them
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
    """Requests that wait for slow requests are 503 before those end; later requests are served."""
    router, answered = APIRouter(), list[int]()

    @router.post("/slow")
    async def sleep(user: UserDep) -> None:
        await user.fetch_one(Statement("select pg_sleep(1)", {}))

    def send(request: Callable[[], httpx2.Response]) -> None:
        answered.append(request().status_code)

    with serve(router, pool_size=2, pool_timeout=0.1) as client, ThreadPoolExecutor(12) as senders:
        for user_id in ("slow", "slower"):  # two users, each with one share
            headers = {"authorization": f"Bearer {issuer.token(user_id)}"}
            senders.submit(send, partial(client.post, "/slow", headers=headers))
        assert any(client.get("/api/tasks").status_code == 503 for _ in range(50))
        for _ in range(10):
            senders.submit(send, lambda: client.get("/api/tasks"))
        assert client.get("/health/live").status_code == 200
        senders.shutdown()
        assert client.get("/api/tasks").status_code == 200

    assert answered == [503] * 10 + [200] * 2
