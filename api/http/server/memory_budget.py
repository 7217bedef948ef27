"""A limit on the memory that clients can make a process use.

It counts requests that are incomplete or unanswered, and responses that clients have not read.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from api.http.server.client_addresses import key

MAX_HELD = 8 * 1024 * 1024  # bytes of one process
SMALL = 8 * 1024  # a connection with fewer bytes is not counted: an ordinary request has fewer


class Connection(Protocol):
    """A connection whose memory is counted."""

    address: str

    def abort(self) -> None:
        """Close the connection at once, and discard data that was not sent."""


@dataclass(slots=True)
class MemoryBudget:
    """Limits the bytes that are held for all connections together.

    Above the limit, connections of the address with the most bytes are closed, starting with the
    one that has been counted longest. So a client that sends or reads slowly is not disconnected
    because of another client.
    """

    _sizes: dict[Connection, tuple[str, int]] = field(
        default_factory=dict
    )  # in the order in which they were first counted
    _of_addresses: Counter[str] = field(default_factory=Counter)
    _bytes: int = 0

    def count(self, connection: Connection, size: int) -> None:
        """Set how many bytes are held for a connection now."""
        known = self._sizes.get(connection)
        if size < SMALL:
            if known is not None:
                self.remove(connection)
            return
        address, before = known or (key(connection.address), 0)
        self._sizes[connection] = (address, size)
        self._of_addresses[address] += size - before
        self._bytes += size - before
        while self._bytes > MAX_HELD:
            self._end_one()

    def remove(self, connection: Connection) -> None:
        """Stop counting a connection: it was answered and read, or closed."""
        address, size = self._sizes.pop(connection, ("", 0))
        self._bytes -= size
        self._of_addresses[address] -= size
        if not self._of_addresses[address]:
            del self._of_addresses[address]

    def _end_one(self) -> None:
        most = max(self._of_addresses, key=self._of_addresses.__getitem__)
        first = next(one for one, (address, _) in self._sizes.items() if address == most)
        self.remove(first)
        first.abort()
