"""An unsupported header is refused if it would change the meaning of the request."""

from typing import Any

import httpx2
import pytest

from tests.support.api import Client
from tests.support.problems import refusal

ON_WRITES = ["If-None-Match", "Idempotency-Key", "X-HTTP-Method-Override"]
ALWAYS = ["If-Match", "If-Unmodified-Since"]
VALUES = {
    "If-Match": '"1"',
    "If-None-Match": "*",
    "If-Unmodified-Since": "Wed, 21 Oct 2015 07:28:00 GMT",
    "Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    "X-HTTP-Method-Override": "DELETE",
}
WRITES = [
    ("POST", "/api/tasks", {"title": "new"}),
    ("PUT", "/api/tasks/{id}", {"title": "new"}),
    ("PATCH", "/api/tasks/{id}/complete", None),
    ("PATCH", "/api/tasks/{id}/complete", {"completed": True}),
    ("DELETE", "/api/tasks/{id}", None),
]
READS = ["/api/tasks", "/api/tasks/{id}", "/api/tasks/{id}/history", "/api/events"]


def refused(name: str) -> tuple[int, str, str]:
    """The problem that names a header."""
    detail = f"{name} is not supported yet: send the request without it."
    return 501, "/problems/not-implemented", detail


@pytest.mark.parametrize("spelled", [str.title, str.lower, str.upper])
@pytest.mark.parametrize("name", [*ALWAYS, *ON_WRITES])
@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_write_with_it_does_nothing(
    alice: Client, method: str, path: str, body: dict[str, Any] | None, name: str, spelled: Any
) -> None:
    """A write with an unsupported header is 501, names the header, and changes nothing."""
    task = alice.create_task()
    path = path.format(id=task["id"])
    headers = {spelled(name): VALUES[name]}

    assert refusal(alice.request(method, path, json=body, headers=headers)) == refused(name)
    assert alice.tasks() == [task]
    assert alice.request(method, path, json=body).is_success


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("name", ALWAYS)
def test_read_with_a_condition_is_refused(alice: Client, path: str, name: str) -> None:
    """A read with a condition that could result in 412 is 501."""
    path = path.format(id=alice.create_task()["id"])

    assert refusal(alice.get(path, headers={name: VALUES[name]})) == refused(name)
    assert alice.head(path, headers={name: VALUES[name]}).status_code == 501
    assert alice.get(path).status_code == 200


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("name", [*ON_WRITES, "If-Modified-Since", "If-Range", "Range", "Prefer"])
def test_read_ignores_what_it_may(alice: Client, path: str, name: str) -> None:
    """A read with a header that may be ignored (RFC 9110, 13.1.2, 14.2) is served."""
    path = path.format(id=alice.create_task()["id"])
    headers = {name: VALUES.get(name, "Wed, 21 Oct 2015 07:28:00 GMT")}

    with_it, without = alice.get(path, headers=headers), alice.get(path)
    assert (with_it.status_code, with_it.json()) == (200, without.json())


def test_first_of_two_is_named(alice: Client) -> None:
    """Several unsupported headers are 501, and the detail names If-Match."""
    both = [("if-none-match", "*"), ("if-match", "*"), ("if-match", "*")]
    response: httpx2.Response = alice.post("/api/tasks", json={"title": "a"}, headers=both)

    assert refusal(response) == refused("If-Match")
    assert alice.tasks() == []
