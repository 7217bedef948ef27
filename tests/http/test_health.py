"""Liveness and readiness, as a load balancer checks them."""

import shutil
import socket
import time
from pathlib import Path

import pytest
from pydantic import HttpUrl, SecretStr

from tests.support.api import RunningApi, Serve
from tests.support.issuer import Issuer
from tests.support.problems import refusal
from tests.support.server import Server, text

SECONDS = 10
READY = (200, {"status": "ready", "database": True, "keys": True, "issuer": True})
UNAVAILABLE = {"status": "unavailable", "database": False, "keys": True, "issuer": True}
NO_DATABASE = (503, UNAVAILABLE | {"reason": "The database does not answer."})
NO_SCHEMA = (
    503,
    UNAVAILABLE | {"reason": "This version does not work on the schema of the database."},
)
UNREACHABLE = "The token issuer cannot be reached."
NO_KEYS = (
    503,
    {"status": "unavailable", "database": True, "keys": False, "issuer": False}
    | {"reason": UNREACHABLE},
)
STALE_KEYS = (200, {"status": "ready", "database": True, "keys": True, "issuer": False})


def test_process_is_live(api: RunningApi) -> None:
    """/health/live answers without a token."""
    with api.client() as client:
        response = client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "live"})


def test_process_is_ready(api: RunningApi) -> None:
    """/health/ready answers without a token, and is not cached."""
    with api.client() as client:
        response = client.get("/health/ready")

    assert (response.status_code, response.json()) == READY
    assert response.headers["cache-control"] == "no-store"
    assert "retry-after" not in response.headers


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_answers_head(api: RunningApi, path: str) -> None:
    """A probe that sends HEAD gets the same status."""
    with api.client() as client:
        assert client.head(path).status_code == 200


def test_schema_that_is_not_at_head_is_not_ready(
    serve: Serve, server: Server, own_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Readiness is 503 while the schema is not at the newest revision, and then 200 again."""
    with serve(database_url=SecretStr(text(server.api_url(own_database)))) as client:
        before = client.get("/health/ready")
        server.execute(
            "update rowlock.alembic_version set version_num = 'x' || version_num",
            database=own_database,
        )
        behind = client.get("/health/ready")
        live = client.get("/health/live")
        server.execute(
            "update rowlock.alembic_version set version_num = substr(version_num, 2)",
            database=own_database,
        )
        after = client.get("/health/ready")

    assert (before.status_code, before.json()) == READY
    assert (behind.status_code, behind.json()) == NO_SCHEMA
    assert behind.headers["retry-after"] == "2"
    (said,) = (line for line in caplog.messages if line.startswith("Not ready: "))
    assert said.startswith("Not ready: the schema is at x")
    assert said.endswith("(-- run: rowlock migrate)")
    assert live.status_code == 200
    assert (after.status_code, after.json()) == READY


def test_database_that_is_gone_is_not_ready(
    serve: Serve, server: Server, own_database: str
) -> None:
    """Without its database the API is live but not ready, and serves again once it is restored."""
    # The test bypasses the pooler, which would let requests wait as for a suspended database.
    with serve(database_url=SecretStr(text(server.direct_api_url(own_database)))) as client:
        before = client.get("/health/ready")
        server.execute("drop database {} with (force)", own_database)
        gone = [client.get("/health/ready") for _ in range(3)]
        tasks = client.get("/api/tasks")
        live = client.get("/health/live")
        server.execute("create database {} template {}", own_database, server.template)
        after = client.get("/health/ready")
        served = client.get("/api/tasks")

    assert (before.status_code, before.json()) == READY
    assert [(response.status_code, response.json()) for response in gone] == [NO_DATABASE] * 3
    assert (tasks.status_code, tasks.headers["retry-after"]) == (503, "2")
    assert refusal(tasks)[1] == "/problems/unavailable"
    assert own_database not in gone[0].text + tasks.text
    assert live.status_code == 200
    assert (after.status_code, after.json()) == READY
    assert (served.status_code, served.json()) == (200, [])


def test_issuer_that_is_down_is_not_ready(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any key was fetched, no token can be verified: requests are 503, not 401."""
    for proxy in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        jwks_url = HttpUrl(f"http://127.0.0.1:{closed.getsockname()[1]}/jwks")
        with serve(jwks_file=None, jwks_url=jwks_url) as client:
            ready = client.get("/health/ready")
            tasks = client.get("/api/tasks")
            without_token = client.get("/api/tasks", headers={"authorization": ""})

    assert (ready.status_code, ready.json()) == NO_KEYS
    assert ready.headers["retry-after"] == "2"
    assert refusal(tasks) == (503, "/problems/unavailable", UNREACHABLE)
    assert tasks.headers["retry-after"] == "2"
    assert "www-authenticate" not in tasks.headers
    assert without_token.status_code == 401


def test_later_failure_of_the_issuer_is_reported_and_requests_are_served(
    serve: Serve, issuer: Issuer, tmp_path: Path
) -> None:
    """While fetches fail, earlier keys are used: readiness stays 200 and reports the failure."""
    stranger = Issuer(tmp_path)  # its key is not in the published document
    published = tmp_path / "published.json"
    shutil.copy(issuer.jwks_file, published)
    with serve(jwks_file=published) as client:
        before = client.get("/health/ready")
        published.unlink()
        refused = client.get(
            "/api/tasks", headers={"authorization": f"Bearer {stranger.token('mallory')}"}
        )
        stale = client.get("/health/ready")
        served = client.get("/api/tasks")
        shutil.copy(issuer.jwks_file, published)
        deadline = time.monotonic() + SECONDS
        while (after := client.get("/health/ready")).json() == STALE_KEYS[1]:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    assert (before.status_code, before.json()) == READY
    assert refused.status_code == 401
    assert (stale.status_code, stale.json()) == STALE_KEYS
    assert "retry-after" not in stale.headers
    assert served.status_code == 200
    assert (after.status_code, after.json()) == READY
