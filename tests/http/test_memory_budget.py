"""The memory budget: beyond it, the address with the most buffered bytes loses connections."""

from dataclasses import dataclass

import pytest

from api.http.server import memory_budget
from api.http.server.memory_budget import MemoryBudget


@dataclass(eq=False)
class Connection:
    """A connection with a client's address."""

    address: str
    ended: bool = False

    def abort(self) -> None:
        """End the connection."""
        self.ended = True


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> MemoryBudget:
    """A budget of ten bytes; a connection with one byte does not count."""
    monkeypatch.setattr(memory_budget, "MAX_HELD", 10)
    monkeypatch.setattr(memory_budget, "SMALL", 2)
    return MemoryBudget()


def test_address_that_holds_most_loses_what_is_counted_longest(counted: MemoryBudget) -> None:
    """The oldest connection of the address with the most bytes is closed; others stay open."""
    other = Connection("other")
    greedy = [Connection("greedy") for _ in range(3)]
    counted.count(other, 4)
    for connection in greedy:
        assert not any(one.ended for one in (other, *greedy))
        counted.count(connection, 3)

    assert [one.ended for one in (other, *greedy)] == [False, True, False, False]


def test_addresses_of_one_client_are_one(counted: MemoryBudget) -> None:
    """Addresses within one IPv6 /64, with any port, count as one client."""
    other, *greedy = (
        Connection(address) for address in ("192.0.2.1", "2001:db8::1", "[2001:db8::2]:80")
    )
    counted.count(other, 4)
    for connection in greedy:
        counted.count(connection, 3)
    counted.count(greedy[1], 4)

    assert [one.ended for one in (other, *greedy)] == [False, True, False]


def test_what_is_held_no_more_counts_no_more(counted: MemoryBudget) -> None:
    """Only the last size of each connection counts, and a removed connection does not count."""
    first, second = Connection("a"), Connection("a")
    for size in (9, 10, 10):
        counted.count(first, size)
    counted.count(first, 1)
    counted.count(second, 10)
    for _ in range(2):
        counted.remove(second)
    counted.count(first, 10)
    assert [first.ended, second.ended] == [False, False]

    counted.count(second, 2)
    assert [first.ended, second.ended] == [True, False]


def test_connection_that_holds_little_is_not_counted(counted: MemoryBudget) -> None:
    """Any number of connections with few bytes stay open."""
    small = [Connection("a") for _ in range(20)]
    for connection in small:
        counted.count(connection, 1)

    assert not any(connection.ended for connection in small)


def test_single_connection_beyond_the_bound_is_ended(counted: MemoryBudget) -> None:
    """A connection that exceeds the budget alone is closed, and its bytes no longer count."""
    large, small = Connection("a"), Connection("b")
    counted.count(large, 11)
    counted.count(small, 10)

    assert large.ended
    assert not small.ended
