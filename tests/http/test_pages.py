"""The pages of a list contain each task once, even while rows change."""

import pytest

from tests.support.api import Client
from tests.support.paging import pages


@pytest.mark.parametrize("sort", ["created", "title"])
@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 6), (2, [2] * 3), (4, [4, 2]), (6, [6])])
def test_pages_hold_each_task_once(
    alice: Client, path: str, sort: str, limit: int, sizes: list[int]
) -> None:
    """All pages together are the whole list; the last page has no Link, even if it is full."""
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
    """Tasks created or deleted between two pages do not repeat or hide other tasks."""
    tasks = [alice.create_task(title=f"{n}") for n in range(8)][::-1]
    reading = pages(alice, path, limit=3)

    assert next(reading) == tasks[:3]
    alice.create_task(title="newer than all")
    alice.delete(f"{path}/{tasks[0]['id']}")
    alice.delete(f"{path}/{tasks[2]['id']}")  # the task at the cursor
    alice.delete(f"{path}/{tasks[4]['id']}")
    assert next(reading) == [tasks[3], tasks[5], tasks[6]]
    assert list(reading) == [[tasks[7]]]


def test_title_pages_show_what_was_made_behind_the_cursor(alice: Client, path: str) -> None:
    """In a list by title, a new task appears if its title sorts after the cursor."""
    for title in ("a", "c", "e"):
        alice.create_task(title=title)
    reading = pages(alice, path, sort="title", limit=2)

    assert [task["title"] for task in next(reading)] == ["a", "c"]
    alice.create_task(title="b")
    alice.create_task(title="D")
    assert [[task["title"] for task in page] for page in reading] == [["D", "e"]]


def test_equal_keys_are_parted_by_id(alice: Client, path: str) -> None:
    """Tasks with the same title are returned once each, ordered by id."""
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


@pytest.mark.parametrize("sort", ["created", "title"])
def test_text_that_looks_like_a_task_is_text(alice: Client, path: str, sort: str) -> None:
    """The end of a page does not depend on the text of tasks, even if it looks like JSON."""
    words = ['{"id":"', '"}, \n {"id":"x"', '\\"}]', "}", ", \n", '\\{"id":"']
    for word in words:
        alice.create_task(title=f"t {word}".strip(), description=word * 3)
    everything = alice.tasks(sort=sort)

    found = list(pages(alice, path, sort=sort, limit=2))

    assert [len(page) for page in found] == [2, 2, 2]
    assert [task for page in found for task in page] == everything
    assert {task["description"] for task in everything} == {word * 3 for word in words}
