"""A long list in pages: each task once, in order, whatever happens in between."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.support.api import Client, wrong_values

type Task = dict[str, Any]

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
FOREIGN = "It is not a cursor of this API."
TOO_LONG = "String should have at most 2000 characters"
OTHER_ORDER = "It belongs to a list in another order."
OTHER_FILTER = "It belongs to a list with another filter."


def following(response: httpx2.Response) -> str | None:
    """The address of the next page, as the Link header gives it (RFC 8288)."""
    link = response.headers.get("link")
    if link is None:
        return None
    found = re.fullmatch(r'<([^>]+)>; rel="next"', link)
    assert found is not None, link
    return found[1]


def pages(client: Client, path: str, **query: Any) -> Iterator[list[Task]]:
    """Every page of a list, each asked for when the one before was read."""
    response = client.get(path, params=query)
    while True:
        assert response.status_code == 200, response.text
        yield response.json()
        address = following(response)
        if address is None:
            return
        response = client.get(address)


def cursor(*parts: Any) -> str:
    """A cursor as the API encodes one."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize("sort", ["created", "title"])
@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 6), (2, [2] * 3), (4, [4, 2]), (6, [6])])
def test_pages_hold_each_task_once(
    alice: Client, path: str, sort: str, limit: int, sizes: list[int]
) -> None:
    """The pages joined are the list; a last page that is exactly full has no Link."""
    for title in ("pear", "Apple", "apple", "Öl", "APPLE", "pear"):
        alice.create_task(title=title)
    expected = alice.get(path, params={"sort": sort}).json()
    found = list(pages(alice, path, sort=sort, limit=limit))

    assert [len(page) for page in found] == sizes
    assert [task for page in found for task in page] == expected


@pytest.mark.parametrize("sort", ["created", "title"])
def test_pages_keep_the_filter(alice: Client, path: str, sort: str) -> None:
    """The next page has the status and the limit of the page before it."""
    for n in range(6):
        task = alice.create_task(title=f"{n}")
        if n % 2:
            alice.patch(f"{path}/{task['id']}/complete")
    found = list(pages(alice, path, sort=sort, status="completed", limit=2))

    assert [len(page) for page in found] == [2, 1]
    assert all(task["completed"] for page in found for task in page)


def test_pages_survive_changes_in_between(alice: Client, path: str) -> None:
    """Tasks made or deleted while a client reads on shift no other task in or out."""
    tasks = [alice.create_task(title=f"{n}") for n in range(8)][::-1]
    reading = pages(alice, path, limit=3)

    assert next(reading) == tasks[:3]
    alice.create_task(title="newer than all")
    alice.delete(f"{path}/{tasks[0]['id']}")
    alice.delete(f"{path}/{tasks[2]['id']}")  # the one that the cursor names
    alice.delete(f"{path}/{tasks[4]['id']}")
    assert next(reading) == [tasks[3], tasks[5], tasks[6]]
    assert list(reading) == [[tasks[7]]]


def test_title_pages_show_what_was_made_behind_the_cursor(alice: Client, path: str) -> None:
    """By title, a new task appears where it belongs, if that place is still ahead."""
    for title in ("a", "c", "e"):
        alice.create_task(title=title)
    reading = pages(alice, path, sort="title", limit=2)

    assert [task["title"] for task in next(reading)] == ["a", "c"]
    alice.create_task(title="b")
    alice.create_task(title="D")
    assert [[task["title"] for task in page] for page in reading] == [["D", "e"]]


def test_equal_keys_are_parted_by_id(alice: Client, path: str) -> None:
    """Tasks of one title, and so of one sort key, are neither repeated nor lost between pages."""
    ids = sorted(alice.create_task(title="same")["id"] for _ in range(7))
    found = [task["id"] for page in pages(alice, path, sort="title", limit=2) for task in page]

    assert found == ids


@pytest.mark.parametrize(
    "title",
    ["\U0001f600" * 200, "a" + "\x01" * 199, '"\\' * 100, "\u0130" * 200, "+/=&?#% ", "\u2028."],
    ids=["emoji", "controls", "quotes", "growing", "url", "separator"],
)
def test_any_title_fits_into_a_cursor(alice: Client, path: str, title: str) -> None:
    """The Link of a page resolves, whatever the title of its last task."""
    for _ in range(2):
        alice.create_task(title=title)
    found = list(pages(alice, path, sort="title", limit=1))

    assert [len(page) for page in found] == [1, 1]
    assert found[0] != found[1]


def test_cursor_shows_no_row_of_another_user(alice: Client, bob: Client) -> None:
    """A cursor is only a place: Bob who uses Alice's reads on in his own list."""
    his = [bob.create_task(title="his") for _ in range(2)]
    for _ in range(2):
        alice.create_task(title="hers")
    address = following(alice.get("/api/tasks", params={"limit": 1}))
    assert address is not None

    assert bob.get(address).json() == his[:0:-1]
    assert [task["title"] for task in alice.get(address).json()] == ["hers"]


@pytest.mark.parametrize(
    ("sort", "given", "detail"),
    [
        ("created", "", FOREIGN),
        ("created", "rubbish", FOREIGN),
        ("created", "%00", FOREIGN),
        ("created", "a\x00b", FOREIGN),
        ("created", "\ud7ff\U0001f600", FOREIGN),
        ("created", "====", FOREIGN),
        ("created", base64.urlsafe_b64encode(b"\xff\xfe\x00garbage").decode(), FOREIGN),
        pytest.param("created", base64.b64encode(b"[" * 1400).decode(), FOREIGN, id="deep"),
        pytest.param("created", base64.b64encode(b"9" * 1400).decode(), FOREIGN, id="huge number"),
        ("created", cursor(), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01"), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01", ID, ID), FOREIGN),
        ("created", cursor("tasks created all", "infinity", ID), FOREIGN),
        ("created", cursor("tasks created all", float("inf"), ID), FOREIGN),
        ("created", cursor("tasks created all", None, ID), FOREIGN),
        ("created", cursor("tasks created all", "now", ID), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01\x00", ID), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01", "x"), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01", 7), FOREIGN),
        ("created", cursor(float("inf"), "2026-01-01", ID), FOREIGN),
        ("created", cursor({}, "2026-01-01", ID), FOREIGN),
        ("created", cursor("tasks title all", "a", ID), OTHER_ORDER),
        ("title", cursor("tasks created all", "2026-01-01", ID), OTHER_ORDER),
        ("title", cursor("tasks title pending", "a", ID), OTHER_FILTER),
        ("title", cursor("notes title all", "a", ID), FOREIGN),
        ("title", cursor("title", "a", ID), FOREIGN),
        ("title", cursor("tasks title all", 7, ID), FOREIGN),
        ("title", cursor("tasks title all", ["a"], ID), FOREIGN),
        ("title", cursor("tasks title all", "\x00", ID), FOREIGN),
        ("title", cursor("tasks title all", "\ud800", ID), FOREIGN),
        pytest.param("created", "a" * 2001, TOO_LONG, id="long"),
        pytest.param("created", "a" * 8_000, TOO_LONG, id="longer"),
    ],
)
def test_wrong_cursor_is_refused(alice: Client, sort: str, given: str, detail: str) -> None:
    """A cursor that this API did not make for this list, order and filter is 422."""
    response = alice.get("/api/tasks", params={"sort": sort, "cursor": given})

    assert wrong_values(response) == [("query", "cursor", detail)]


@pytest.mark.parametrize(
    ("key", "status"),
    [("2026-W01-1", 422), ("0001-01-01T00:00:00+23:59", 422), ("2026-01-01", 200)],
)
def test_date_that_only_python_reads_is_refused(alice: Client, key: str, status: int) -> None:
    """A cursor whose date Postgres does not read is 422; one that both read is a place."""
    response = alice.get("/api/tasks", params={"cursor": cursor("tasks created all", key, ID)})

    assert response.status_code == status


@pytest.mark.parametrize("sort", ["created", "title"])
def test_text_that_looks_like_a_task_is_text(alice: Client, path: str, sort: str) -> None:
    """Where a page ends does not depend on what users write, however much it looks like JSON."""
    words = ['{"id":"', '"}, \n {"id":"x"', '\\"}]', "}", ", \n", '\\{"id":"']
    for word in words:
        alice.create_task(title=f"t {word}".strip(), description=word * 3)
    everything = alice.tasks(sort=sort)

    found = list(pages(alice, path, sort=sort, limit=2))

    assert [len(page) for page in found] == [2, 2, 2]
    assert [task for page in found for task in page] == everything
    assert {task["description"] for task in everything} == {word * 3 for word in words}
