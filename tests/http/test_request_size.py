"""A body is limited to 64 KiB, with a Content-Length or in chunks."""

import pytest

from tests.http.bodies import JSON
from tests.support.api import Client, RunningApi, exchange
from tests.support.problems import refusal

LIMIT = 64 * 1024
TOO_LARGE = (413, "/problems/body-too-large", "A body is limited to 64 KiB.")


def padded(size: int) -> bytes:
    """A task in JSON, filled with spaces up to this number of bytes."""
    return b'{"title": "a"}'.ljust(size)


def test_body_of_64_kib_is_accepted(alice: Client) -> None:
    """A body of 65,536 bytes is accepted, with a Content-Length or in chunks."""
    whole = alice.post("/api/tasks", content=padded(LIMIT), headers=JSON)
    chunked = alice.post("/api/tasks", content=iter([padded(LIMIT)]), headers=JSON)

    assert (whole.status_code, chunked.status_code) == (201, 201)


@pytest.mark.parametrize("size", [LIMIT + 1, 10 * LIMIT])
def test_larger_body_is_refused(alice: Client, size: int) -> None:
    """A larger body is 413, with a Content-Length or in chunks."""
    announced = alice.post("/api/tasks", content=padded(size), headers=JSON)
    chunked = alice.post("/api/tasks", content=iter([padded(size)]), headers=JSON)

    assert (refusal(announced), refusal(chunked)) == (TOO_LARGE, TOO_LARGE)
    assert alice.tasks() == []


@pytest.mark.parametrize("announced", [True, False])
def test_larger_body_is_refused_before_it_ends(
    api: RunningApi, alice: Client, *, announced: bool
) -> None:
    """The API sends 413 once the limit is exceeded, and does not wait for the rest of the body."""
    length = f"Content-Length: {LIMIT + 1}" if announced else "Transfer-Encoding: chunked"
    body = b"" if announced else b"%x\r\n%s\r\n" % (LIMIT + 1, padded(LIMIT + 1))
    head = (
        f"POST /api/tasks HTTP/1.1\r\nHost: api\r\nAuthorization: {alice.headers['authorization']}"
        f"\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
    )
    status, headers, _ = exchange(api.url, head.encode() + body)

    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert alice.tasks() == []
