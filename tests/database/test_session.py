"""Rowlock uses no session feature that a transaction pooler breaks."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import select

from api.settings import Settings
from api.tables.tasks.model import Task
from tests.support.api import RunningApi, running_api
from tests.support.issuer import Issuer
from tests.support.server import Server, text
from tests.support.wire import Wire, counting_proxy

# The features that transaction pooling breaks: https://www.pgbouncer.org/features.html
SESSION = re.compile(
    rb"(^|;)\s*(set(?!\s+local)|listen|prepare|create\s+temp\w*|load)\s|with\s+hold"
    rb"|set_config\([^)]*false\)|pg_(try_)?advisory_lock",
    re.IGNORECASE | re.MULTILINE,
)


@pytest.fixture(scope="module")
def wire(server: Server, database: str) -> Iterator[Wire]:
    """A proxy in front of the server that records the packets of the API."""
    with (
        tempfile.TemporaryDirectory(prefix="wire-") as folder,
        counting_proxy(server.direct_api_url(database), Path(folder)) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def wired_api(wire: Wire, api_settings: Settings, issuer: Issuer) -> Iterator[RunningApi]:
    """The API, which uses its database through the proxy, also for its start-up checks."""
    settings = api_settings.model_copy(update={"database_url": SecretStr(text(wire.url))})
    with running_api(settings, issuer) as running:
        yield running


def use_everything(api: RunningApi) -> None:
    """Send every kind of request, and run a unit of work."""
    with api.user() as user:
        task = user.create_task(title="a")
        path = f"/api/tasks/{task['id']}"
        user.put(path, json={"title": "b"}).raise_for_status()
        user.patch(f"{path}/complete").raise_for_status()
        user.get(path).raise_for_status()
        user.tasks(limit=1, sort="title", status="completed")
        user.delete(path).raise_for_status()
        user.get("/health/ready").raise_for_status()
        database = api.app.state.services.database
        with database.as_user(user.user_id).unit_of_work() as session:
            session.add(Task(title="c"))
            session.commit()
            assert session.exec(select(Task.title)).all() == ["c"]


def test_start_up_sends_nothing_that_a_pooler_refuses(wire: Wire, wired_api: RunningApi) -> None:
    """The startup packet has only parameters that PgBouncer knows, and no `options`."""
    use_everything(wired_api)

    assert wire.startups
    for parameters in wire.startups:
        assert parameters.keys() == {"user", "database", "client_encoding", "application_name"}


def test_nothing_is_kept_in_the_session(wire: Wire, wired_api: RunningApi) -> None:
    """No statement of the start-up checks, a request or a unit of work uses a session feature."""
    use_everything(wired_api)

    assert len(wire.queries) > 20
    assert [query for query in wire.queries if SESSION.search(query)] == []


@pytest.mark.parametrize(
    "statement",
    [
        "set statement_timeout = 0",
        "select 1;\nSET app.user_id = 'alice'",
        "select set_config('app.user_id', 'alice', false)",
        "listen tasks",
        "prepare p as select 1",
        "select pg_advisory_lock(1)",
        "select pg_try_advisory_lock(1)",
        "declare c cursor with hold for select 1",
        "create temp table t (id int)",
    ],
)
def test_what_is_looked_for_is_found(statement: str) -> None:
    """The control: the pattern matches each session feature."""
    assert SESSION.search(statement.encode())
