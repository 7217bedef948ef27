"""Bodies are parsed strictly, after the token was verified, and a refusal costs little time."""

import pytest

from api.auth.encoding import parse_json
from api.http.json_body import surplus
from api.tables.tasks.schemas import TaskCreate
from tests.support.api import Client, RunningApi
from tests.support.problems import refusal, wrong_values

JSON = {"content-type": "application/json"}
NO_UTF_8 = "is not UTF-8"
TWICE = "gives {} more than once in an object"
NO_NUMBER = "holds NaN or Infinity, which JSON does not have"
TOO_DEEP = "is nested too deeply, or has too many objects and arrays"
TASK = '{"title": "é"}'


@pytest.mark.parametrize("body", [b"{", b'{"a": 1, "a": 2}', b"\xff", b"[" * 60_000])
def test_token_comes_before_the_body(api: RunningApi, alice: Client, body: bytes) -> None:
    """A body that cannot be parsed is 401 without a token, and 400 with a valid token."""
    with api.client() as stranger:
        refused = stranger.post("/api/tasks", content=body, headers=JSON)

    assert refused.status_code == 401
    assert alice.post("/api/tasks", content=body, headers=JSON).status_code == 400


@pytest.mark.parametrize(
    ("body", "said"),
    [
        *((TASK.encode(name), NO_UTF_8) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        (b'{"title": "\xed\xa0\x80"}', NO_UTF_8),
        (b'{"title": "a", "title": "b"}', TWICE.format('the name "title"')),
        (b'{"title": "a", "t\\u0069tle": "b"}', TWICE.format('the name "title"')),
        (b'{"title": "a", "x": {"y": 1, "y": 2}}', TWICE.format('the name "y"')),
        (b'{"%s": 1, "%s": 2}' % (b"n" * 40, b"n" * 40), TWICE.format(f'the name "{"n" * 40}"')),
        (b'{"%s": 1, "%s": 2}' % (b"n" * 41, b"n" * 41), TWICE.format("a name")),
        (b'{"\\ud800": 1, "\\ud800": 2}', TWICE.format("a name")),
        (b'{"a\\u202eb": 1, "a\\u202eb": 2}', TWICE.format("a name")),
        (b'{"title": NaN}', NO_NUMBER),
        (b'{"title": "a", "x": -Infinity}', NO_NUMBER),
        (b'{"title": ' + b"9" * 5000 + b"}", "has a number of too many digits"),
        (b'{"title": "a", "x": ' + b"[" * 32 + b"]" * 32 + b"}", TOO_DEEP),
        (b'{"title": "a", "x": [' + b"{}," * 1000 + b"{}]}", TOO_DEEP),
        (b'{"title": "a", "x": [' + b"0," * 8000 + b"0]}", "has too many members and elements"),
    ],
)
def test_json_that_others_read_differently_is_400(alice: Client, body: bytes, said: str) -> None:
    """A body that JSON parsers read differently is 400, and the detail says why.

    Examples: another encoding than UTF-8, repeated names, NaN, and very deep nesting.
    """
    response = alice.post("/api/tasks", content=body, headers=JSON)

    assert refusal(response) == (400, "/problems/bad-request", f"The body {said}.")
    assert alice.tasks() == []


def test_brackets_in_a_text_are_text(alice: Client) -> None:
    """Brackets, quotes and commas within a string do not count as nesting or elements."""
    text = '[{",' * 500 + "," * 8000

    assert alice.create_task(title="a", description=text)["description"] == text


def many_members(count: int = 7_200) -> bytes:
    """An object of about 60 KB without any field of a task."""
    return b"{" + b",".join(b'"%x":0' % n for n in range(count)) + b"}"


def test_more_members_than_a_task_has_are_422(alice: Client) -> None:
    """A body with thousands of unknown names is 422, and lists the first 20 of them."""
    response = alice.post("/api/tasks", content=many_members(), headers=JSON)

    extra = "Extra inputs are not permitted"
    assert wrong_values(response) == [("body", f"{n:x}", extra) for n in range(20)]


def test_surplus_names_are_found_without_validation() -> None:
    """Only 20 unknown names are reported. bench/guard/bodies.py measures the time."""
    assert len(surplus(TaskCreate, parse_json(many_members()))) == 20
