"""A body that is not what it should be: a clean problem, and nothing half-written."""

from typing import Any

import httpx2
import pytest

from tests.support.api import Client, RunningApi, exchange, refusal, wrong_values

JSON = {"content-type": "application/json"}
LIMIT = 64 * 1024
BAD = "/problems/bad-request"
NO_UTF_8 = (400, BAD, "The body is not UTF-8.")
TOO_DEEP = (
    400,
    BAD,
    "The body is nested too deeply, or has too many objects and arrays.",
)
NO_JSON = (400, "/problems/bad-request", "The body is not valid JSON.")
TOO_LARGE = (413, "/problems/body-too-large", "A body is limited to 64 KiB.")
NOT_JSON_TYPE = (
    415,
    "/problems/unsupported-media-type",
    "A body must be sent as application/json, in UTF-8.",
)
NUL = "must not contain the character U+0000"
NO_UNICODE = "Input should be a valid string, unable to parse raw data as a unicode string"
NO_OBJECT = "Input should be a valid dictionary or object to extract fields from"
NO_STRING = "Input should be a valid string"
EXTRA = "Extra inputs are not permitted"


def send_both(client: Client, body: bytes, headers: dict[str, str]) -> list[httpx2.Response]:
    """Send a body to each operation that takes one, and see that neither changes anything."""
    task = client.create_task(title="as it was")
    responses = [
        client.post("/api/tasks", content=body, headers=headers),
        client.put(f"/api/tasks/{task['id']}", content=body, headers=headers),
    ]
    assert client.tasks() == [task]
    return responses


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", NO_JSON),
        (b'{"title": "cut sho', NO_JSON),
        (b'{"title": "a",}', NO_JSON),
        (b"{'title': 'a'}", NO_JSON),
        (b'{"title": "a"} {"title": "b"}', NO_JSON),
        (b'{"title": "a\nb"}', NO_JSON),
        (b"title=a", NO_JSON),
        (b" ", NO_JSON),
        (b"\x00", NO_JSON),
        (b'{"title": "\xff"}', NO_UTF_8),
        (b'{"\xc3": "a"}', NO_UTF_8),
        (b"[" * 60_000, TOO_DEEP),
        (b'{"title":' + b"[" * 30_000 + b"]" * 30_000 + b"}", TOO_DEEP),
        (b'{"a":' * 12_000 + b"1" + b"}" * 5, TOO_DEEP),
    ],
    ids=[
        "brace", "truncated", "trailing comma", "single quotes", "two values", "raw newline",
        "form", "blank", "nul", "invalid utf-8", "invalid utf-8 in a name",
        "deep", "deep in a field", "deep objects",
    ],
)  # fmt: skip
def test_body_that_is_no_json_is_refused(
    alice: Client, body: bytes, expected: tuple[int, str, str]
) -> None:
    """What no JSON parser reads is 400, whatever is wrong with it."""
    assert [refusal(response) for response in send_both(alice, body, JSON)] == [expected] * 2


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (rb'{"title": "a\u0000b"}', ("body", "title", NUL)),
        (rb'{"title": "\u0000"}', ("body", "title", NUL)),
        (rb'{"title": "a", "description": "\u0000"}', ("body", "description", NUL)),
        (rb'{"title": "\ud800"}', ("body", "title", NO_UNICODE)),
        (rb'{"title": "a", "description": "x\udfff"}', ("body", "description", NO_UNICODE)),
        (rb'{"title": "a", "\udfff": 1}', ("body", "", NO_UNICODE)),
        (b'{"title": "a", "a\\u0000b": 1}', ("body", "a\x00b", EXTRA)),
        (b'{"title": "a", "completed": true}', ("body", "completed", EXTRA)),
        (b'{"title": "a", "user_id": "bob"}', ("body", "user_id", EXTRA)),
        (b'{"title": "a", "": 1}', ("body", "", EXTRA)),
        (b'{"title": "a", "' + b"x" * 300 + b'": 1}', ("body", "x" * 100, EXTRA)),
        (b"{}", ("body", "title", "Field required")),
        (b'{"Title": "a", "title": null}', ("body", "title", NO_STRING)),
        (b'{"title": 7}', ("body", "title", NO_STRING)),
        (b'{"title": true}', ("body", "title", NO_STRING)),
        (b'{"title": 1e999}', ("body", "title", NO_STRING)),
        (b'{"title": ["a"]}', ("body", "title", NO_STRING)),
        (b'{"title": "a", "description": {}}', ("body", "description", NO_STRING)),
        (b"null", ("body", "", NO_OBJECT)),
        (b"[]", ("body", "", NO_OBJECT)),
        (b'[{"title": "a"}]', ("body", "", NO_OBJECT)),
        (b'"title"', ("body", "", NO_OBJECT)),
        (b"7", ("body", "", NO_OBJECT)),
        (b"", ("body", "", "Field required")),
    ],
)  # fmt: skip
def test_json_that_is_no_task_is_refused(
    alice: Client, body: bytes, wrong: tuple[str, str, str]
) -> None:
    """JSON that is not a task is 422 and names the field, as far as it can be written."""
    for response in send_both(alice, body, JSON):
        assert refusal(response)[1:] == (
            "/problems/invalid",
            "A value is not what the API accepts.",
        )
        assert wrong in wrong_values(response)


@pytest.mark.parametrize(
    ("given", "detail"),
    [
        ("x", "Input should be a valid UUID, invalid character: found `x` at 0"),
        (7, "UUID input should be a string, bytes or UUID object"),
        ("\x00", "Input should be a valid UUID, invalid character: found `\x00` at 0"),
    ],
)
def test_malformed_id_in_a_body_is_refused(alice: Client, given: Any, detail: str) -> None:
    """An id that is no UUID is 422."""
    response = alice.post("/api/tasks", json={"title": "a", "id": given})

    assert wrong_values(response)[0] == ("body", "id", detail)
    assert alice.tasks() == []


def test_problem_names_at_most_20_values(alice: Client) -> None:
    """However many fields are wrong, a problem stays small."""
    response = alice.post("/api/tasks", json={"title": "a"} | {f"f{n}": n for n in range(1000)})

    assert wrong_values(response) == [("body", f"f{n}", EXTRA) for n in range(20)]


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "application/vnd.api+json",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/json; q=1; charset=utf-16",
        pytest.param("application/json".ljust(201, ";"), id="201 bytes"),
    ],
)
def test_body_of_another_type_is_refused(alice: Client, content_type: str | None) -> None:
    """A body that does not say application/json, or not in UTF-8, is 415, also where it is JSON."""
    headers = {} if content_type is None else {"content-type": content_type}

    responses = send_both(alice, b'{"title": "a"}', headers)
    assert [refusal(response) for response in responses] == [NOT_JSON_TYPE] * 2


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; q=1; charset=utf-8",
        pytest.param("application/json".ljust(200, ";"), id="200 bytes"),
        "Application/JSON",
        "application/json;",
    ],
)
def test_json_type_may_have_parameters(alice: Client, content_type: str) -> None:
    """Parameters and the case of the content type do not matter."""
    response = alice.post(
        "/api/tasks", content=b'{"title": "a"}', headers={"content-type": content_type}
    )

    assert response.status_code == 201


def padded(size: int) -> bytes:
    """A task of so many bytes, most of them white space."""
    return b'{"title": "a"}'.ljust(size)


def test_body_of_64_kib_is_accepted(alice: Client) -> None:
    """65,536 bytes are a body like any other, announced or in chunks."""
    whole = alice.post("/api/tasks", content=padded(LIMIT), headers=JSON)
    chunked = alice.post("/api/tasks", content=iter([padded(LIMIT)]), headers=JSON)

    assert (whole.status_code, chunked.status_code) == (201, 201)


@pytest.mark.parametrize("size", [LIMIT + 1, 10 * LIMIT])
def test_larger_body_is_refused(alice: Client, size: int) -> None:
    """One byte more is 413 by its Content-Length, and in chunks without one."""
    announced = alice.post("/api/tasks", content=padded(size), headers=JSON)
    chunked = alice.post("/api/tasks", content=iter([padded(size)]), headers=JSON)

    assert (refusal(announced), refusal(chunked)) == (TOO_LARGE, TOO_LARGE)
    assert alice.tasks() == []


@pytest.mark.parametrize("announced", [True, False])
def test_larger_body_is_refused_before_it_ends(
    api: RunningApi, alice: Client, *, announced: bool
) -> None:
    """413 comes as soon as the limit is passed: the API does not wait for the rest."""
    length = f"Content-Length: {LIMIT + 1}" if announced else "Transfer-Encoding: chunked"
    body = b"" if announced else b"%x\r\n%s\r\n" % (LIMIT + 1, padded(LIMIT + 1))
    head = (
        f"POST /api/tasks HTTP/1.1\r\nHost: api\r\nAuthorization: {alice.headers['authorization']}"
        f"\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
    )
    status, headers, _ = exchange(api.url, head.encode() + body)

    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert alice.tasks() == []


@pytest.mark.parametrize("coding", ["gzip", "br", "x-unknown", "identity, gzip"])
def test_coded_body_is_refused_by_its_header(alice: Client, coding: str) -> None:
    """A coding is not decoded: 415 names the header, and says what is accepted (RFC 9110)."""
    for response in send_both(alice, b"\x1f\x8b", JSON | {"content-encoding": coding}):
        assert refusal(response) == (
            415,
            "/problems/unsupported-media-type",
            "A body must be sent without Content-Encoding, or with identity.",
        )
        assert response.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
def test_identity_is_no_coding(alice: Client, coding: str) -> None:
    """Such a body is read; a type that is refused says nothing of codings; nor does no body."""
    headers = JSON | {"content-encoding": coding}
    created = alice.post("/api/tasks", content=b'{"title": "a"}', headers=headers)
    plain = alice.post("/api/tasks", content=b"a", headers={"content-type": "text/plain"})
    listed = alice.get("/api/tasks", headers={"content-encoding": "gzip"})

    assert (created.status_code, plain.status_code, listed.status_code) == (201, 415, 200)
    assert "accept-encoding" not in plain.headers
