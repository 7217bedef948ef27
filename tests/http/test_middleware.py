"""The id, the response headers and the access log line that every request has."""

import logging
import re
import time
import uuid

import pytest

from tests.support.api import Client, RunningApi, exchange

NEW_ID = re.compile(r"[0-9a-f]{32}")
LINE = re.compile(r"(?P<method>\S+) (?P<path>\S+) (?P<status>\d+) \d+\.\d ms (?P<id>\S+)")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The access log, captured."""
    caplog.set_level(logging.INFO, "rowlock.access")
    return caplog


def logged(caplog: pytest.LogCaptureFixture, request_id: str) -> tuple[str, str, int]:
    """The method, path and status in the one access line of a request.

    The server writes the line after it sent the response, so the client may have to wait for it.
    """
    deadline = time.monotonic() + 5
    while not (lines := [line for line in served_lines(caplog) if line.endswith(request_id)]):
        assert time.monotonic() < deadline, "the request was not logged"
        time.sleep(0.005)
    (line,) = lines
    found = LINE.fullmatch(line)
    assert found is not None, line
    return found["method"], found["path"], int(found["status"])


def served_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The messages that the server logged.

    The log of the test's own client is left out. So is uvicorn's access log: it is off, but caplog
    turns it on, because caplog gives a handler to each logger that has none.
    """
    elsewhere = ("httpx", "httpcore", "uvicorn.access")
    return [r.getMessage() for r in caplog.records if not r.name.startswith(elsewhere)]


@pytest.mark.parametrize(
    "given", ["a", "0123456789abcdef", str(uuid.UUID(int=7)), "A.b_c-1", "x" * 64]
)
def test_harmless_request_id_is_used(alice: Client, given: str) -> None:
    """A client may choose the request id; successes and problems return it."""
    headers = {"x-request-id": given}
    success = alice.get("/api/tasks", headers=headers)
    problem = alice.get("/nowhere", headers=headers)

    assert success.headers["x-request-id"] == given
    assert problem.headers["x-request-id"] == problem.json()["request_id"] == given


@pytest.mark.parametrize(
    "given",
    ["", "x" * 65, "a b", "a/b", "<script>", "%0a", "é".encode(), "a\tb", "id;x", "a,b"],
)
def test_doubtful_request_id_is_replaced(alice: Client, given: str | bytes) -> None:
    """A long id, or one with other characters than letters, digits, ., - and _, is replaced."""
    value = given if isinstance(given, bytes) else given.encode()
    response = alice.get("/nowhere", headers=[(b"x-request-id", value)])

    assert NEW_ID.fullmatch(response.headers["x-request-id"])
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_request_id_cannot_split_a_header(api: RunningApi) -> None:
    """An id with a bare carriage return or a folded line is not copied to the response."""
    for value in (b"a\rX-Evil: 1", b"a\r\n X-Evil: 1", b"a\x00b"):
        head = b"GET /health/live HTTP/1.1\r\nHost: api\r\nX-Request-ID: " + value + b"\r\n\r\n"
        _, headers, _ = exchange(api.url, head)

        assert "x-evil" not in headers
        assert "evil" not in headers.get("x-request-id", "").lower()


def test_requests_without_an_id_get_one_each(alice: Client) -> None:
    """A request without an id gets a new one."""
    ids = [alice.get("/api/tasks").headers["x-request-id"] for _ in range(3)]

    assert all(NEW_ID.fullmatch(each) for each in ids)
    assert len(set(ids)) == 3


def test_responses_are_neither_stored_nor_sniffed(alice: Client) -> None:
    """Responses have Cache-Control: no-store and X-Content-Type-Options: nosniff."""
    for response in (alice.get("/api/tasks"), alice.get("/nowhere")):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/tasks", 200),
        ("HEAD", "/api/tasks", 200),
        ("POST", "/api/tasks", 422),
        ("GET", "/nowhere", 404),
        ("GET", "/a%20b%0A%0D%1b%5B31m%00", 404),
        ("GET", "/%C3%A9%E2%80%A8", 404),
    ],
)
def test_request_is_one_line_in_the_log(
    alice: Client, lines: pytest.LogCaptureFixture, method: str, path: str, status: int
) -> None:
    """The log has the method, the path as it was sent, the status, the time and the id."""
    response = alice.request(method, f"{path}?limit=7")
    request_id = response.headers["x-request-id"]

    assert logged(lines, request_id) == (method, path, status)


def test_refusal_is_logged(alice: Client, lines: pytest.LogCaptureFixture) -> None:
    """A request that is refused because of its headers is logged too."""
    response = alice.post("/api/tasks", content=b"x", headers={"content-type": "text/plain"})

    assert logged(lines, response.headers["x-request-id"]) == ("POST", "/api/tasks", 415)


def test_secrets_are_not_logged(api: RunningApi, caplog: pytest.LogCaptureFixture) -> None:
    """No log, at any level, contains a token or its signature, from the header or the query."""
    caplog.set_level(logging.DEBUG)
    token = api.issuer.token("alice", jti="s3cret-claim")
    forged = token[:-8] + "AAAAAAAA"
    with api.client(token) as client:
        good = client.get("/api/tasks", params={"access_token": token})
        refused = client.put("/api/tasks/x", json={"title": "s3cret-title"})
    with api.client(forged) as client:
        bad = client.get("/api/tasks", params={"token": forged})
    for response, line in (
        (good, ("GET", "/api/tasks", 422)),
        (refused, ("PUT", "/api/tasks/x", 422)),
        (bad, ("GET", "/api/tasks", 401)),
    ):
        assert logged(caplog, response.headers["x-request-id"]) == line
    served = "\n".join(served_lines(caplog))

    for secret in (token, forged, token.rpartition(".")[2], token.split(".")[1], "s3cret"):
        assert secret not in served
