"""The tasks that a list contains, and their order."""

import pytest

from tests.support.api import Client
from tests.support.problems import wrong_values

TOO_SMALL = "Input should be greater than or equal to 1"
TOO_LARGE = "Input should be less than or equal to 200"
NO_NUMBER = "Input should be a valid integer, unable to parse string as an integer"


def test_new_user_has_an_empty_list(alice: Client, path: str) -> None:
    """Without a task the list is an empty array without a Link."""
    response = alice.get(path)

    assert (response.status_code, response.json()) == (200, [])
    assert "link" not in response.headers


def test_list_holds_tasks_newest_first(alice: Client, path: str) -> None:
    """By default the list is an array of whole tasks, the newest first."""
    tasks = [alice.create_task(title=title) for title in ("b", "c", "a")]

    assert alice.get(path).json() == tasks[::-1]
    assert alice.get(path, params={"sort": "created"}).json() == tasks[::-1]


def test_list_can_be_sorted_by_title(alice: Client, path: str) -> None:
    """sort=title ignores upper and lower case; equal titles are ordered by id."""
    titles = ("pear", "Apple", "banana", "APPLE", "apple", "Cherry")
    tasks = [alice.create_task(title=title) for title in titles]
    expected = sorted(tasks, key=lambda task: (task["title"].lower(), task["id"]))

    assert alice.get(path, params={"sort": "title"}).json() == expected


@pytest.mark.parametrize("sort", ["created", "title"])
def test_list_can_be_filtered_by_status(alice: Client, path: str, sort: str) -> None:
    """status=pending and status=completed filter the list; the default is status=all."""
    pending = [alice.create_task(title=title) for title in ("d", "c")]
    completed = [
        alice.patch(f"{path}/{alice.create_task(title=title)['id']}/complete").json()
        for title in ("b", "a")
    ]
    everything = [*pending, *completed][::-1]

    def listed(**query: str) -> list[object]:
        found: list[object] = alice.get(path, params={"sort": sort, **query}).json()
        return found

    assert listed(status="pending") == pending[::-1]
    assert listed(status="completed") == completed[::-1]
    assert listed(status="all") == everything
    assert listed() == everything


def test_limit_cuts_the_list(alice: Client, path: str) -> None:
    """A page holds `limit` tasks, 50 by default and 200 at most."""
    tasks = [alice.create_task(title=f"{n:03}") for n in range(201)][::-1]

    assert alice.get(path).json() == tasks[:50]
    assert alice.get(path, params={"limit": 1}).json() == tasks[:1]
    assert alice.get(path, params={"limit": 200}).json() == tasks[:200]


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        ("limit", "0", TOO_SMALL),
        ("limit", "-1", TOO_SMALL),
        ("limit", "201", TOO_LARGE),
        ("limit", "9" * 30, TOO_LARGE),
        ("limit", "abc", NO_NUMBER),
        ("limit", "", NO_NUMBER),
        ("limit", "1e1", NO_NUMBER),
        ("limit", "1\x00", NO_NUMBER),
        ("status", "done", "Input should be 'all', 'pending' or 'completed'"),
        ("status", "ALL", "Input should be 'all', 'pending' or 'completed'"),
        ("status", "", "Input should be 'all', 'pending' or 'completed'"),
        ("sort", "updated", "Input should be 'created' or 'title'"),
        ("sort", "title\x00", "Input should be 'created' or 'title'"),
        ("sort", "title; drop table app.tasks", "Input should be 'created' or 'title'"),
        ("statu", "completed", "Extra inputs are not permitted"),
        ("user_id", "bob", "Extra inputs are not permitted"),
    ],
)
def test_wrong_query_is_refused(
    alice: Client, path: str, name: str, value: str, detail: str
) -> None:
    """A value outside its range, or an unknown name, is 422; it is not adjusted or ignored."""
    response = alice.get(path, params={name: value})

    assert wrong_values(response) == [("query", name, detail)]
