"""The data of the benchmark: how many tasks a user has, and who sends requests."""

import pytest

from bench.data import FIRST_USER, FULL, QUICK, REACH, Size, senders, tasks_of_users


@pytest.mark.parametrize("size", [FULL, QUICK, Size(tasks=1000, users=10, largest=300)])
def test_tasks_add_up(size: Size) -> None:
    """As many tasks as asked for, each user has some, and the largest is as asked for."""
    counts = tasks_of_users(size)

    assert sum(counts) == size.tasks
    assert len(counts) == size.users
    assert counts[0] == size.largest
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] >= 1


def test_senders_fill_a_page_each() -> None:
    """1,000 users of the 10,000, from the largest on, each with more tasks than a page has."""
    counts = tasks_of_users(FULL)

    numbers = senders(counts)

    assert len(numbers) == 1000
    assert numbers[0] == FIRST_USER
    assert min(counts[number - FIRST_USER] for number in numbers) > REACH


def test_senders_are_all_who_can_where_they_are_few() -> None:
    """A small database has fewer users who fill a page; then all of them send."""
    assert senders([60, 55, 51, 50, 2]) == range(FIRST_USER, FIRST_USER + 3)
