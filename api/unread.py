"""What clients leave unread of their responses, in all: it is held in memory."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

MAX_UNREAD = 8 * 1024 * 1024  # bytes, of one process


class Connection(Protocol):
    """A connection as it is counted here."""

    address: str

    def unread(self) -> int:
        """How many bytes wait to be sent."""

    def abort(self) -> None:
        """End it at once, without what waits."""


@dataclass(slots=True)
class Unread:
    """Bounds the bytes that wait on all connections together.

    Beyond, the address that leaves the most unread loses connections, the one first that has waited
    longest: whoever reads what was sent, however slowly, is not disconnected for another's sake.
    """

    _waiting: dict[Connection, int] = field(default_factory=dict)  # in the order they began
    _bytes: int = 0

    def add(self, connection: Connection) -> None:
        """Count a connection whose client does not read as fast as it is sent to."""
        self.remove(connection)
        self._waiting[connection] = connection.unread()
        self._bytes += self._waiting[connection]
        while self._bytes > MAX_UNREAD:
            self._end_one()

    def remove(self, connection: Connection) -> None:
        """Count it no more: it was read, or ended."""
        self._bytes -= self._waiting.pop(connection, 0)

    def _end_one(self) -> None:
        held: Counter[str] = Counter()
        for connection, size in self._waiting.items():
            held[connection.address] += size
        ((most, _),) = held.most_common(1)
        first = next(one for one in self._waiting if one.address == most)
        self.remove(first)
        first.abort()
