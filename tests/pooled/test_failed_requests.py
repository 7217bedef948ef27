"""Requests that fail, end early or are cancelled leave no user id on the shared connection."""

import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import httpx2
import psycopg2
import pytest
from fastapi import APIRouter
from sqlalchemy import text as sql

from api.database.statements import Statement
from api.http.dependencies import UserDep
from api.main import create_app
from api.settings import Settings
from tests.pooled.clients import VISITS, visit, whoami
from tests.pooled.conftest import Bottleneck
from tests.support.api import NO_TLS, RunningApi
from tests.support.blocking import blocking
from tests.support.issuer import Issuer
from tests.support.running_app import running_app
from tests.support.server import connect

THREADS = 16

router = APIRouter()


@router.post("/fail")
def fail(user: UserDep) -> None:
    """Write a row, then raise an exception in the handler."""
    with user.unit_of_work() as session:
        session.execute(sql("insert into app.tasks (title) values ('undone')"))
        raise RuntimeError("a mistake")


@router.post("/break")
async def break_statement(user: UserDep) -> None:
    """Write a row, then fail in Postgres within the same statement."""
    await user.fetch_one(
        Statement("insert into app.tasks (title) values ('undone'); select 1 / 0", {})
    )


@router.post("/sleep")
async def sleep(user: UserDep) -> None:
    """Run a slow statement."""
    await user.fetch_one(Statement("select pg_sleep(0.5)", {}))


def test_failed_requests_leave_nothing(
    bottleneck: Bottleneck, pooled_settings: Settings, issuer: Issuer
) -> None:
    """Errors in statements and in handlers leave no row and no user id."""
    app = create_app(pooled_settings)
    app.include_router(router)
    users = [f"user-{uuid.uuid4().hex}" for _ in range(20)]

    def work(user: str) -> tuple[list[int], list[str]]:
        headers = {"authorization": f"Bearer {issuer.token(user)}"}
        with httpx2.Client(
            base_url=url, headers=headers, timeout=30, trust_env=False, verify=NO_TLS
        ) as client:
            statuses = [
                client.post("/fail").status_code,
                client.post("/api/tasks", json={"title": user}).status_code,
                client.post("/break").status_code,
            ]
            return statuses, [task["title"] for task in client.get("/api/tasks").json()]

    with running_app(app) as url, ThreadPoolExecutor(THREADS) as threads:
        outcomes = list(threads.map(work, users))

    assert outcomes == [([500, 201, 422], [user]) for user in users]
    assert whoami(bottleneck) is None


def test_client_that_hangs_up_leaves_nothing(
    bottleneck: Bottleneck, pooled_settings: Settings, issuer: Issuer
) -> None:
    """After a client disconnects during a statement, the next user sees only their own row."""
    app = create_app(pooled_settings)
    app.include_router(router)
    with running_app(app) as url:
        address = urlsplit(url)
        for _ in range(3):
            with socket.create_connection((address.hostname, address.port)) as client:
                client.sendall(
                    b"POST /sleep HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + issuer.token("who-hangs-up").encode()
                    + b"\r\n\r\n"
                )
        headers = {"authorization": f"Bearer {issuer.token('who-stays')}"}
        with httpx2.Client(base_url=url, headers=headers, timeout=30, verify=NO_TLS) as stays:
            assert stays.post("/api/tasks", json={"title": "mine"}).status_code == 201
            assert [task["title"] for task in stays.get("/api/tasks").json()] == ["mine"]

    assert whoami(bottleneck) is None


def test_cancelled_statement_leaves_nothing(bottleneck: Bottleneck, pooled_api: RunningApi) -> None:
    """A statement that is cancelled leaves no row and no user id."""
    with blocking(bottleneck.url) as database:
        with ThreadPoolExecutor(1) as thread:
            statement = "insert into app.tasks (title) values ('undone'); select pg_sleep(30)"
            running = thread.submit(
                database.as_user("who-is-cancelled").fetch_one,
                Statement(statement, {}, name="cancelled"),
            )
            while not cancel_statement(bottleneck):
                assert not running.done()
            with pytest.raises(psycopg2.errors.QueryCanceled):
                running.result()
        assert database.as_user("who-is-cancelled").fetch_one(
            Statement("select count(*) from app.tasks", {})
        ) == (0,)

    assert whoami(bottleneck) is None
    with pooled_api.user() as user:
        assert visit(user) == {201: VISITS, 200: 2 * VISITS}


def cancel_statement(bottleneck: Bottleneck) -> bool:
    url = bottleneck.server.owner_url(bottleneck.database)
    with closing(connect(url)) as owner, owner.cursor() as cursor:
        cursor.execute(
            "select pg_cancel_backend(pid) from pg_stat_activity"
            " where usename = 'rowlock_api' and query like '% cancelled %'"
            " and wait_event = 'PgSleep'"
        )
        return cursor.fetchone() is not None
