"""A body that is not JSON, or not a task, gives a problem, and nothing is written."""

from typing import Any

import pytest

from tests.http.bodies import JSON, send_both
from tests.support.api import Client
from tests.support.problems import refusal, wrong_values

BAD = "/problems/bad-request"
NO_UTF_8 = (400, BAD, "The body is not UTF-8.")
TOO_DEEP = (
    400,
    BAD,
    "The body is nested too deeply, or has too many objects and arrays.",
)
NO_JSON = (400, "/problems/bad-request", "The body is not valid JSON.")
NUL = "must not contain the character U+0000"
NO_UNICODE = "Input should be a valid string, unable to parse raw data as a unicode string"
NO_OBJECT = "Input should be a valid dictionary or object to extract fields from"
NO_STRING = "Input should be a valid string"
EXTRA = "Extra inputs are not permitted"


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
    """A body that is not valid JSON in UTF-8, or nested too deeply, is 400."""
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
    """JSON that is not a task is 422 and names the field."""
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
    """A problem names at most 20 wrong fields."""
    response = alice.post("/api/tasks", json={"title": "a"} | {f"f{n}": n for n in range(1000)})

    assert wrong_values(response) == [("body", f"f{n}", EXTRA) for n in range(20)]
