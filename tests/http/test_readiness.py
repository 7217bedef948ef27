"""Readiness answers in time, even if the database does not."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from api.operations.readiness import OTHER_SETTINGS
from tests.support.api import Serve
from tests.support.server import Server, text
from tests.support.wire import Wire, counting_proxy

PATIENCE = 1.0  # seconds, after which a probe gives up
SECONDS = 15
CUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and usename = 'rowlock_api'
"""


@pytest.fixture
def proxied(server: Server, own_database: str) -> Iterator[tuple[ExitStack, Wire]]:
    """A proxy in front of the test's own database, and the exit stack that closes the proxy."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder, ExitStack() as stack:
        url = server.direct_api_url(own_database)
        yield stack, stack.enter_context(counting_proxy(url, Path(folder)))


def probe(client: httpx2.Client) -> tuple[int, bool, bool]:
    """The status of readiness, its `database` member, and whether the response came in time."""
    began = time.monotonic()
    response = client.get("/health/ready")
    return response.status_code, response.json()["database"], time.monotonic() - began < PATIENCE


def until_ready(client: httpx2.Client) -> None:
    """Wait until readiness is 200."""
    deadline = time.monotonic() + SECONDS
    while probe(client)[0] != 200:
        assert time.monotonic() < deadline


def test_silent_database_is_not_ready_in_time(
    serve: Serve, proxied: tuple[ExitStack, Wire]
) -> None:
    """If the database does not answer, readiness is 503 within a second, and 200 later."""
    _, wire = proxied
    with serve(database_url=SecretStr(text(wire.url))) as client:
        before = probe(client)
        wire.delay = 2
        silent = [probe(client) for _ in range(2)]
        wire.delay = 0
        until_ready(client)

    assert before == (200, True, True)
    assert silent == [(503, False, True)] * 2


def test_many_probes_ask_a_silent_database_once(
    serve: Serve, proxied: tuple[ExitStack, Wire]
) -> None:
    """Probes that arrive during a check wait for its result and send no query."""
    _, wire = proxied
    with serve(database_url=SecretStr(text(wire.url))) as client:
        assert probe(client)[0] == 200
        wire.delay = 2
        wire.reset()
        answers = [probe(client) for _ in range(2)]
        asked = len(wire.queries)
        wire.delay = 0
        until_ready(client)

    assert answers == [(503, False, True)] * 2
    assert asked == 1


def test_refusing_database_is_not_ready_in_time(
    serve: Serve, server: Server, own_database: str, proxied: tuple[ExitStack, Wire]
) -> None:
    """Without a listening server, readiness is 503 within a second, each time."""
    stack, wire = proxied
    with serve(database_url=SecretStr(text(wire.url))) as client:
        before = probe(client)
        stack.close()
        server.execute(CUT, database=own_database)
        gone = [probe(client) for _ in range(3)]

    assert before == (200, True, True)
    assert gone == [(503, False, True)] * 3


def test_readiness_names_a_setting(
    serve: Serve, server: Server, own_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """If a setting of the database changes at runtime, readiness is 503 and the log names it."""
    change = "alter database {} set default_transaction_read_only = on"
    reset = "begin read write; alter database {} reset default_transaction_read_only; commit"
    url = SecretStr(text(server.api_url(own_database)))
    with serve(database_url=url) as client:
        before = client.get("/health/ready")
        server.execute(change, own_database, database=own_database)
        during = client.get("/health/ready")
        server.execute(reset, own_database, database=own_database)
        after = client.get("/health/ready")

    assert (before.status_code, during.status_code, after.status_code) == (200, 503, 200)
    assert during.json()["reason"] == OTHER_SETTINGS
    message = (
        "Not ready: setting default_transaction_read_only = 'on' is set for the database; the API"
        " needs off (set default_transaction_read_only = off;"
        f" alter database {own_database} reset default_transaction_read_only;)"
    )
    assert message in caplog.messages
