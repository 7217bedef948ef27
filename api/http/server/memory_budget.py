"""What clients make a process hold in memory, in all.

That is, requests that are not whole or not answered, and responses that are not read.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from api.http.server.client_addresses import key

MAX_HELD = 8 * 1024 * 1024  # bytes, of one process
SMALL = 8 * 1024  # bytes of one connection that are not counted: an ordinary request has fewer


class Connection(Protocol):
    """A connection as it is counted here."""

    address: str

    def abort(self) -> None:
        """End it at once, without what waits."""


@dataclass(slots=True)
class MemoryBudget:
    """Bounds the bytes that are held for all connections together.

    Beyond, the address for which most is held loses connections, the one first that has been
    counted for longest: whoever sends or reads, however slowly, is not disconnected for another's
    sake.
    """

    _sizes: dict[Connection, tuple[str, int]] = field(default_factory=dict)  # as they began
    _of_addresses: Counter[str] = field(default_factory=Counter)
    _bytes: int = 0

    def count(self, connection: Connection, size: int) -> None:
        """Tell how much is held for a connection now."""
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
        """Count it no more: it was answered and read, or ended."""
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
