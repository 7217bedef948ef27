"""All users share one server connection, which holds nothing of the previous user."""

import socket
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import httpx2
import psycopg2
import pytest
from fastapi import APIRouter
from sqlalchemy import text as sql

from api.database import bound_connection
from api.database.statements import Statement
from api.http.dependencies import UserDep
from api.main import create_app
from api.settings import Settings
from tests.policies.sequence import EXPECTED, run_sequence
from tests.pooled.conftest import Bottleneck
from tests.support.api import NO_TLS, Client, RunningApi
from tests.support.blocking import blocking
from tests.support.issuer import Issuer
from tests.support.running_app import running_app
from tests.support.server import connect

USERS, THREADS, VISITS = 100, 16, 3
WHOAMI = "select nullif(current_setting('app.user_id', true), '')"
SESSION_WIDE = "select set_config('app.user_id', 'alice', false)"

router = APIRouter()


@router.post("/fail")
def fail(user: UserDep) -> None:
    """Write, then fail: by a statement, or by a mistake of the handler's."""
    with user.unit_of_work() as session:
        session.execute(sql("insert into app.tasks (title) values ('undone')"))
        raise RuntimeError("a mistake")


@router.post("/break")
async def break_statement(user: UserDep) -> None:
    """Run a statement that Postgres refuses half-way."""
    await user.fetch_one(
        Statement("insert into app.tasks (title) values ('undone'); select 1 / 0", {})
    )


@router.post("/sleep")
async def sleep(user: UserDep) -> None:
    """Run a statement that takes its time."""
    await user.fetch_one(Statement("select pg_sleep(0.5)", {}))


def visit(user: Client) -> Counter[int]:
    """Write and read as one user, and assert that every row is theirs."""
    statuses: Counter[int] = Counter()
    for _ in range(VISITS):
        title = f"{user.user_id} {uuid.uuid4().hex}"
        created = user.post("/api/tasks", json={"title": title})
        listed = user.get("/api/tasks", params={"limit": 200})
        statuses.update((created.status_code, listed.status_code))
        if created.status_code == 201:
            assert created.json()["title"] == title
            read = user.get(created.headers["location"])
            statuses[read.status_code] += 1
            if read.status_code == 200:
                assert read.json()["title"] == title
        if listed.status_code == 200:
            titles = [task["title"] for task in listed.json()]
            assert {one.split(" ")[0] for one in titles} <= {user.user_id}
            assert len(titles) == len(set(titles))
    return statuses


def test_users_of_one_connection_are_apart(bottleneck: Bottleneck, pooled_api: RunningApi) -> None:
    """A hundred concurrent users over a pool of one see exactly their own rows."""
    users = [pooled_api.user() for _ in range(USERS)]

    with ThreadPoolExecutor(THREADS) as threads:
        statuses = sum(threads.map(visit, users), Counter[int]())

    assert statuses == {201: USERS * VISITS, 200: 2 * USERS * VISITS}
    assert len(bottleneck.backends()) == 1
    for user in users:
        assert len(user.tasks(limit=200)) == VISITS
        user.close()


def test_killed_connections_mix_nobody_up(bottleneck: Bottleneck, pooled_api: RunningApi) -> None:
    """While server connections are killed, responses are right or 503; then all succeed."""
    users = [pooled_api.user() for _ in range(20)]
    killed = 0

    with ThreadPoolExecutor(THREADS) as threads:
        visits = [threads.submit(visit, user) for user in users * 3]
        while not all(one.done() for one in visits):
            killed += bottleneck.kill()
        statuses = sum((one.result() for one in visits), Counter[int]())

    assert killed > 0
    assert set(statuses) <= {200, 201, 503}
    assert statuses[201] > 0
    for user in users:
        assert visit(user) == {201: VISITS, 200: 2 * VISITS}
        user.close()


def test_failed_requests_leave_nothing(
    bottleneck: Bottleneck, pooled_settings: Settings, issuer: Issuer
) -> None:
    """Errors of statements and of handlers leave no row and no identity."""
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
    assert _whoami(bottleneck) is None


def test_client_that_hangs_up_leaves_nothing(
    bottleneck: Bottleneck, pooled_settings: Settings, issuer: Issuer
) -> None:
    """After a client disconnects during a statement, the next user is served."""
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

    assert _whoami(bottleneck) is None


def test_cancelled_statement_leaves_nothing(bottleneck: Bottleneck, pooled_api: RunningApi) -> None:
    """A statement that is cancelled leaves no row and no identity."""
    with blocking(bottleneck.url) as database:
        with ThreadPoolExecutor(1) as thread:
            statement = "insert into app.tasks (title) values ('undone'); select pg_sleep(30)"
            running = thread.submit(
                database.as_user("who-is-cancelled").fetch_one,
                Statement(statement, {}, name="cancelled"),
            )
            while not _cancel(bottleneck):
                assert not running.done()
            with pytest.raises(psycopg2.errors.QueryCanceled):
                running.result()
        assert database.as_user("who-is-cancelled").fetch_one(
            Statement("select count(*) from app.tasks", {})
        ) == (0,)

    assert _whoami(bottleneck) is None
    with pooled_api.user() as user:
        assert visit(user) == {201: VISITS, 200: 2 * VISITS}


def test_session_wide_setting_would_bleed(bottleneck: Bottleneck) -> None:
    """The control: a session setting of one client reaches the pooler's next client."""
    with closing(bottleneck.connect()) as careless:
        careless.cursor().execute(SESSION_WIDE)

    assert _whoami(bottleneck) == "alice"

    with blocking(bottleneck.url) as database:
        assert database.fetch_without_user(WHOAMI) == [(None,)]  # Rowlock clears what it finds
    assert _whoami(bottleneck) is None


def test_identity_bound_for_the_session_would_bleed(
    bottleneck: Bottleneck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: an identity that is bound for the session reaches the next client."""
    with blocking(bottleneck.url) as database:
        alice, bob = (f"user-{uuid.uuid4().hex}" for _ in range(2))
        assert run_sequence(database, alice, bob) == EXPECTED
        assert _count(bottleneck) == 0

        monkeypatch.setattr(
            "api.database.identity.OPENING", bound_connection.OPENING.replace("true", "false")
        )
        database.as_user(alice).fetch_one(Statement("select 1", {}))
        assert _count(bottleneck) == 1


def _ask(bottleneck: Bottleneck, query: str) -> object:
    """What the pooler's next client sees without clearing."""
    with closing(bottleneck.connect()) as client, client.cursor() as cursor:
        cursor.execute(query)
        (value,) = cursor.fetchone() or (None,)
        return value


def _whoami(bottleneck: Bottleneck) -> object:
    return _ask(bottleneck, WHOAMI)


def _count(bottleneck: Bottleneck) -> object:
    return _ask(bottleneck, "select count(*) from app.tasks")


def _cancel(bottleneck: Bottleneck) -> bool:
    url = bottleneck.server.owner_url(bottleneck.database)
    with closing(connect(url)) as owner, owner.cursor() as cursor:
        cursor.execute(
            "select pg_cancel_backend(pid) from pg_stat_activity"
            " where usename = 'rowlock_api' and query like '% cancelled %'"
            " and wait_event = 'PgSleep'"
        )
        return cursor.fetchone() is not None
