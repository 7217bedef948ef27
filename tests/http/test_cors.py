"""CORS: only web pages of configured origins may call the API from a browser."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter

from tests.support.api import Client, RunningApi, Serve
from tests.support.contract import operations

FRONT_END = "https://app.example.test"
router = APIRouter()


@router.get("/fail")
async def fail() -> None:
    raise RuntimeError("internal detail")


@pytest.fixture(scope="module")
def client(serve: Serve) -> Iterator[httpx2.Client]:
    """A client of an API whose CORS_ORIGINS has two origins."""
    with serve(router, cors_origins=[FRONT_END, "http://localhost:3000"]) as client:
        yield client


def preflight(client: httpx2.Client, origin: str, method: str = "PATCH") -> httpx2.Response:
    return client.options(
        "/api/tasks",
        headers={
            "origin": origin,
            "access-control-request-method": method,
            "access-control-request-headers": "authorization,content-type,x-request-id",
        },
    )


def test_no_origin_is_allowed_by_default(alice: Client) -> None:
    """Without CORS_ORIGINS no response has a CORS header, and a preflight is 405."""
    origin = {"origin": FRONT_END}
    responses = [
        alice.get("/api/tasks", headers=origin),
        alice.get("/nowhere", headers=origin),
        preflight(alice, FRONT_END),
    ]

    assert [response.status_code for response in responses] == [200, 404, 405]
    for response in responses:
        assert not [name for name in response.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        ("GET", "/api/tasks", {}, 200),
        ("GET", "/api/tasks", {"headers": {"authorization": ""}}, 401),
        ("GET", "/api/another/tasks", {}, 403),
        ("GET", "/nowhere", {}, 404),
        ("PUT", "/api/tasks", {}, 405),
        ("POST", "/api/tasks", {"content": b" " * 70_000}, 413),
        ("POST", "/api/tasks", {"content": b"x"}, 415),
        ("POST", "/api/tasks", {"json": {}}, 422),
        ("GET", "/fail", {}, 500),
    ],
)
def test_configured_origin_reads_every_response(
    api: RunningApi,
    client: httpx2.Client,
    method: str,
    path: str,
    given: dict[str, Any],
    status: int,
) -> None:
    """A page of a configured origin can read successes, problems and all described headers."""
    headers = {"origin": FRONT_END} | given.pop("headers", {})
    response = client.request(method, path, headers=headers, **given)

    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == FRONT_END
    assert "Origin" in response.headers["vary"]
    exposed = set(response.headers["access-control-expose-headers"].split(", "))
    described = {
        name
        for _, _, operation in operations(api.contract.document)
        for response in operation["responses"].values()
        for name in response.get("headers", ())
    }
    assert exposed == described | {"X-Request-ID"}


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "http://app.example.test", f"{FRONT_END}.evil.test", "null"]
)
def test_other_origin_reads_nothing(client: httpx2.Client, origin: str) -> None:
    """A preflight or request of an origin that is not configured gets no Allow-Origin header."""
    response = client.get("/api/tasks", headers={"origin": origin})
    asked = preflight(client, origin)

    assert "access-control-allow-origin" not in response.headers
    assert (asked.status_code, "access-control-allow-origin" in asked.headers) == (400, False)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("origin", [FRONT_END, "http://localhost:3000"])
def test_preflight_allows_what_the_api_needs(
    client: httpx2.Client, origin: str, method: str
) -> None:
    """A configured origin may use every method with a token and JSON, and no cookies."""
    response = preflight(client, origin, method)

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-credentials" not in response.headers
    methods = set(response.headers["access-control-allow-methods"].split(", "))
    assert methods == {"GET", "POST", "PUT", "PATCH", "DELETE"}
    allowed = response.headers["access-control-allow-headers"].lower().split(", ")
    assert {"authorization", "content-type", "x-request-id"} <= set(allowed)


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match", "Idempotency-Key"])
def test_page_reads_why_a_header_is_refused(client: httpx2.Client, name: str) -> None:
    """An unsupported header passes the preflight, so that the page can read the 501 problem."""
    asked = client.options(
        "/api/tasks",
        headers={
            "origin": FRONT_END,
            "access-control-request-method": "POST",
            "access-control-request-headers": name.lower(),
        },
    )
    response = client.post(
        "/api/tasks", json={"title": "a"}, headers={"origin": FRONT_END, name: "*"}
    )

    assert (asked.status_code, response.status_code) == (200, 501)
    assert response.headers["access-control-allow-origin"] == FRONT_END
    assert response.json()["detail"].startswith(f"{name} is not supported yet")


def test_request_without_an_origin_is_served(client: httpx2.Client) -> None:
    """A client without an Origin header is served without CORS headers."""
    response = client.get("/api/tasks")

    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers
