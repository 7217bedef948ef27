"""Round trips between the API and Postgres, counted by a proxy."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from api.database.identity import Database
from api.database.session_state import CLEAR
from api.settings import Settings
from api.tables.tasks.model import Task
from tests.support.api import Client, RunningApi, running_api
from tests.support.issuer import Issuer
from tests.support.server import Server, text
from tests.support.wire import Wire, counting_proxy


@pytest.fixture(scope="module")
def wire(server: Server, database: str) -> Iterator[Wire]:
    """A counting proxy in front of the server."""
    url = server.direct_api_url(database)  # without TLS, so that the proxy can read the packets
    # A socket's path may have about 100 bytes; pytest's temporary folders may be longer.
    with (
        tempfile.TemporaryDirectory(prefix="wire-") as folder,
        counting_proxy(url, Path(folder)) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def wired_api(wire: Wire, api_settings: Settings, issuer: Issuer) -> Iterator[RunningApi]:
    """The API, with the proxy between it and its database."""
    settings = api_settings.model_copy(
        update={"database_url": SecretStr(text(wire.url)), "pool_size": 1}
    )
    with running_api(settings, issuer) as running:
        yield running


@pytest.fixture
def carol(wired_api: RunningApi, wire: Wire) -> Iterator[Client]:
    """A user whose requests are counted; the API's connection is already open."""
    with wired_api.user("carol") as client:
        client.tasks()
        wire.reset()
        yield client


@pytest.fixture
def wired_database(wire: Wire) -> Iterator[Database]:
    """A pool of one connection over the proxy, already open."""
    url = SecretStr(text(wire.url))
    with closing(Database(url, pool_size=1, pool_timeout=5)) as database:
        database.fetch_without_user("select 1")
        wire.reset()
        yield database


def shown(operation: str) -> str:
    """The part of a packet that pg_stat_activity shows: the operation, then 1,024 blanks."""
    return f"/* rowlock: {operation} */;" + " " * 1024


def bind(user: str, request: str) -> str:
    """The SQL that sets user and request id for the transaction."""
    return (
        "select pg_catalog.pg_advisory_unlock_all(),"
        f"pg_catalog.set_config('app.user_id', '{user}', true),"
        f"pg_catalog.set_config('app.request_id', '{request}', true);"
    )


def test_proxy_counts_statements(wired_database: Database, wire: Wire) -> None:
    """The control: the proxy counts three queries without a user as three round trips."""
    for _ in range(3):
        wired_database.fetch_without_user("select 1")

    assert wire.round_trips == 3
    assert wire.queries == [f"{shown('nobody')}{CLEAR}select 1".encode()] * 3


@pytest.mark.parametrize("prefix", ["/api", "/api/{user_id}"])
@pytest.mark.parametrize(
    ("operation", "asked", "body", "status"),
    [
        ("list_tasks", "GET /tasks", None, 200),
        ("list_tasks", "GET /tasks?status=pending&sort=title&limit=1", None, 200),
        ("create_task", "POST /tasks", {"title": "one"}, 201),
        ("read_task", "GET /tasks/{id}", None, 200),
        ("replace_task", "PUT /tasks/{id}", {"title": "two"}, 200),
        ("toggle_task", "PATCH /tasks/{id}/complete", None, 200),
        ("complete_task", "PATCH /tasks/{id}/complete", {"completed": True}, 200),
        ("complete_task", "PATCH /tasks/{id}/complete", {"completed": False}, 200),
        ("list_task_events", "GET /tasks/{id}/history", None, 200),
        ("list_events", "GET /events?limit=1", None, 200),
        ("delete_task", "DELETE /tasks/{id}", None, 204),
        ("read_task", "GET /tasks/00000000-0000-7000-8000-000000000000", None, 404),
    ],
)
def test_request_is_one_round_trip(
    carol: Client,
    wire: Wire,
    prefix: str,
    operation: str,
    asked: str,
    body: dict[str, Any] | None,
    status: int,
) -> None:
    """Every task endpoint sends one packet, with its name, CLEAR, the user id and the statement."""
    task = carol.create_task()
    wire.reset()

    method, path = asked.split()
    url = (prefix + path).format(user_id=carol.user_id, id=task["id"])
    response = carol.request(method, url, json=body)

    assert response.status_code == status
    assert wire.round_trips == 1
    (query,) = wire.queries
    bound = bind(carol.user_id, response.headers["x-request-id"])
    assert query.startswith(f"{shown(operation)}{CLEAR}{bound}".encode())


def test_second_page_is_one_round_trip(carol: Client, wire: Wire) -> None:
    """A request with a cursor is one round trip."""
    carol.create_task()
    carol.create_task()
    following = carol.get("/api/tasks?limit=1").links["next"]["url"]
    wire.reset()

    assert len(carol.get(following).json()) == 1
    assert wire.round_trips == 1


def test_refused_request_sends_nothing_to_postgres(
    wired_api: RunningApi, carol: Client, wire: Wire
) -> None:
    """Without a valid token, or for another user's path, nothing is sent to Postgres."""
    with wired_api.client() as stranger:
        assert stranger.get("/api/tasks").status_code == 401
    assert carol.get("/api/somebody-else/tasks").status_code == 403
    assert wire.round_trips == 0

    carol.tasks()
    assert wire.round_trips == 1


def test_unit_of_work_binds_on_its_first_packet(wired_database: Database, wire: Wire) -> None:
    """Two statements and a commit are three round trips: `begin` and the user id need none."""
    with wired_database.as_user("dave").unit_of_work() as session:
        session.add(Task(title="one"))
        session.flush()
        assert len(session.exec(select(Task)).all()) == 1

    assert wire.round_trips == 3
    first, second, third = wire.queries
    assert first.startswith(
        f"{shown('unit_of_work')}{CLEAR}begin;{bind('dave', '')}INSERT INTO".encode()
    )
    assert second.startswith(f"{shown('unit_of_work')}SELECT".encode())
    assert third == b"commit"


def test_unused_unit_of_work_sends_nothing(wired_database: Database, wire: Wire) -> None:
    """A unit of work without a statement costs no round trip."""
    with wired_database.as_user("dave").unit_of_work():
        pass

    assert wire.queries == []


def test_failed_unit_of_work_is_rolled_back(wired_database: Database, wire: Wire) -> None:
    """After an exception in a unit of work, a rollback is sent, and no row was written."""

    def fail_half_way() -> None:
        with wired_database.as_user("erin").unit_of_work() as session:
            session.add(Task(title="lost"))
            session.flush()
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()

    assert wire.queries[-1] == b"rollback"
    with wired_database.as_user("erin").unit_of_work() as session:
        assert session.exec(select(Task)).all() == []
