"""The Python files of tests/tables/memos are a complete API for a table, tested over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.api import Client, RunningApi
from tests.support.contract import operations
from tests.support.paging import pages
from tests.support.problems import refusal, wrong_values

HANDWRITTEN = ("model.py", "schemas.py", "queries.py", "routes.py")
MOST_LINES = 60
OTHER_ORDER = "It belongs to a list in another order."
FOREIGN = "It is not a cursor of this API."

type Memo = dict[str, Any]


@pytest.fixture
def alice(memos_api: RunningApi) -> Iterator[Client]:
    """A user."""
    with memos_api.user("alice") as client:
        yield client


@pytest.fixture
def bob(memos_api: RunningApi) -> Iterator[Client]:
    """Another user."""
    with memos_api.user("bob") as client:
        yield client


def create(client: Client, path: str = "/api/memos", **fields: Any) -> Memo:
    """Create a memo, and return the response body."""
    response = client.post(path, json={"title": "a memo"} | fields)
    assert response.status_code == 201, response.text
    assert response.headers["location"] == f"{path}/{response.json()['id']}"
    memo: Memo = response.json()
    return memo


def cursor_of(link: str) -> str:
    """The cursor in a Link header."""
    return link.partition("cursor=")[2].partition(">")[0]


@pytest.mark.parametrize("prefix", ["/api", "/api/{user_id}"])
def test_note_lives_and_dies(alice: Client, prefix: str) -> None:
    """A memo can be created, read, replaced and deleted at both prefixes."""
    path = f"{prefix}/memos".format(user_id=alice.user_id)
    memo = create(alice, path, body="Milk.")
    one = f"{path}/{memo['id']}"
    assert alice.get(one).json() == memo
    assert (memo["title"], memo["body"], memo["version"]) == ("a memo", "Milk.", 1)

    replaced = alice.put(one, json={"title": " b "})
    assert replaced.json() == memo | {
        "title": "b",
        "body": None,
        "version": 2,
        "updated_at": replaced.json()["updated_at"],
    }
    assert alice.delete(one).status_code == 204
    assert {alice.get(one).status_code, alice.delete(one).status_code} == {404}
    assert alice.put(one, json={"title": "b"}).status_code == 404


def test_memos_are_the_callers_own(alice: Client, bob: Client) -> None:
    """Bob cannot read, change or delete Alice's memo; she can still read it."""
    memo = create(alice)
    one = f"/api/memos/{memo['id']}"

    assert bob.get("/api/memos").json() == []
    answers = (bob.get(one), bob.put(one, json={"title": "his"}), bob.delete(one))
    assert [answer.status_code for answer in answers] == [404] * 3
    assert bob.get(f"/api/{alice.user_id}/memos").status_code == 403
    assert alice.get("/api/memos").json() == [memo]


@pytest.mark.parametrize("sort", ["created", "title"])
def test_memos_come_in_pages(alice: Client, sort: str) -> None:
    """The pages together are the list, newest first or by title."""
    memos = [create(alice, title=title) for title in ("b", "a", "b", "c", "a")]
    by_title = sorted(memos, key=lambda memo: (memo["title"], memo["id"]))
    found = list(pages(alice, "/api/memos", sort=sort, limit=2))

    assert [len(page) for page in found] == [2, 2, 1]
    expected = memos[::-1] if sort == "created" else by_title
    assert [memo for page in found for memo in page] == expected


def test_cursor_of_another_list_is_refused(alice: Client) -> None:
    """A cursor of another table or order is 422."""
    for title in ("a", "b"):
        create(alice, title=title)
        alice.create_task(title=title)
    of_memos, of_tasks = (
        cursor_of(alice.get(path, params={"limit": 1}).headers["link"])
        for path in ("/api/memos", "/api/tasks")
    )

    def refused(**query: str) -> list[tuple[str, str, str]]:
        return wrong_values(alice.get("/api/memos", params=query))

    assert alice.get("/api/memos", params={"cursor": of_memos}).status_code == 200
    assert refused(cursor=of_memos, sort="title") == [("query", "cursor", OTHER_ORDER)]
    assert refused(cursor=of_tasks) == [("query", "cursor", FOREIGN)]


def test_wrong_requests_are_refused(alice: Client) -> None:
    """Bodies and queries are strict, and an id that was used before is 409."""
    memo = create(alice, id=str(uuid4()))
    wrong = alice.post("/api/memos", json={"title": " ", "user_id": "bob"})

    assert {field for _, field, _ in wrong_values(wrong)} == {"title", "user_id"}
    assert wrong_values(alice.get("/api/memos?status=all"))[0][:2] == ("query", "status")
    assert wrong_values(alice.get(f"/api/memos/{memo['id']}?a=b"))[0][:2] == ("query", "a")
    again = alice.post("/api/memos", json={"title": "b", "id": memo["id"]})
    assert refusal(again) == (
        409,
        "/problems/conflict",
        "The caller already has a row with this id.",
    )


def test_bodies_of_memos_are_described(memos_api: RunningApi) -> None:
    """Each body has a valid example, and every field of a response is required."""
    schemas = memos_api.contract.document["components"]["schemas"]
    found = {
        operation["operationId"]
        for _, path, operation in operations(memos_api.contract.document)
        if path.startswith("/api/memos")
    }

    assert found == {
        "listMemos",
        "createMemo",
        "readMemo",
        "replaceMemo",
        "deleteMemo",
    }
    for name in ("MemoCreate", "MemoReplace", "MemoRead"):
        (example,) = schemas[name]["examples"]
        memos_api.contract.validate(example, schemas[name])
    assert set(schemas["MemoRead"]["required"]) == set(schemas["MemoRead"]["properties"])
    assert schemas["MemoCreate"]["examples"][0].keys() == {"title", "body"}


def test_table_is_short() -> None:
    """A simple table has at most 60 lines of Python."""
    folder = Path(__file__).parent / "memos"
    lines = [line for name in HANDWRITTEN for line in (folder / name).read_text().splitlines()]

    assert len([line for line in lines if line.strip()]) <= MOST_LINES
