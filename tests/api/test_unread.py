"""What waits to be sent is bounded in all, and who leaves most of it unread pays for it."""

from dataclasses import dataclass

import pytest

from api import unread
from api.unread import Unread


@dataclass(eq=False)
class Connection:
    """A connection on which so many bytes wait."""

    address: str
    size: int
    ended: bool = False

    def unread(self) -> int:
        """How many bytes wait."""
        return self.size

    def abort(self) -> None:
        """End it."""
        self.ended = True


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Unread:
    """A bound of ten bytes."""
    monkeypatch.setattr(unread, "MAX_UNREAD", 10)
    return Unread()


def test_address_that_leaves_most_unread_loses_what_waited_longest(waiting: Unread) -> None:
    """One that waits since longer, but for less, keeps its connection."""
    other = Connection("other", 4)
    greedy = [Connection("greedy", 3) for _ in range(3)]
    for connection in (other, *greedy[:2]):
        waiting.add(connection)
    assert not any(connection.ended for connection in (other, *greedy))

    waiting.add(greedy[2])

    assert [one.ended for one in (other, *greedy)] == [False, True, False, False]


def test_what_was_read_counts_no_more(waiting: Unread) -> None:
    """Nor does the same connection count twice."""
    first, second = Connection("a", 9), Connection("a", 9)
    for _ in range(3):
        waiting.add(first)
    waiting.remove(first)
    waiting.remove(first)
    waiting.add(second)

    assert not first.ended
    assert not second.ended


def test_single_response_beyond_the_bound_is_ended(waiting: Unread) -> None:
    """And what it held is free for others."""
    large, small = Connection("a", 11), Connection("b", 10)
    waiting.add(large)
    waiting.add(small)

    assert large.ended
    assert not small.ended
