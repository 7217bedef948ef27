"""The data of the benchmark: how many tasks a user has, and who sends requests."""

import pytest

from bench.data import FIRST_USER, FULL, QUICK, REACH, Size, senders, tasks_of_users


@pytest.mark.parametrize("size", [FULL, QUICK, Size(tasks=1000, users=10, largest=300)])
def test_tasks_add_up(size: Size) -> None:
    """The sum and the largest number are as requested, and each user has a task."""
    counts = tasks_of_users(size)

    assert sum(counts) == size.tasks
    assert len(counts) == size.users
    assert counts[0] == size.largest
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] >= 1


def test_senders_fill_a_page_each() -> None:
    """1,000 of the 10,000 users send requests, the largest among them; each fills a page."""
    counts = tasks_of_users(FULL)

    numbers = senders(counts)

    assert len(numbers) == 1000
    assert numbers[0] == FIRST_USER
    assert min(counts[number - FIRST_USER] for number in numbers) > REACH


def test_senders_are_all_who_can_where_they_are_few() -> None:
    """In a small database fewer users fill a page, and all of them send requests."""
    assert senders([60, 55, 51, 50, 2]) == range(FIRST_USER, FIRST_USER + 3)
