"""The maximum size of a request, counted while the parser reads it, so that it stops early."""

from dataclasses import dataclass

from api.http.server.request_head import RefusedError

MAX_TARGET = 8 * 1024  # bytes; a server should accept at least 8,000 (RFC 9110, 4.1)
MAX_FIELDS = 100  # headers of a request, and again trailers; 16,000 fit into one read
MAX_HEAD = 16 * 1024  # bytes of the target and all header lines; a token has under 4 KB
LINE = 32  # bytes of the method, the version and line ends, which MAX_HEAD does not include
MAX_CHUNKS = 1000  # of a body: 10,000 of a byte took the event loop about 3 ms
STEP = 16 * 1024  # bytes given to the parser at once; a read of the socket may have 256 KB
FIELD = 128  # bytes of memory of a header in addition to its text


@dataclass(slots=True)
class RequestSize:
    """Counts the parts of a request, its memory, and the bytes that are not parsed yet.

    The parser buffers an unfinished header, and reports it only at its end.
    """

    held: int = 0  # bytes of memory
    unparsed: int = 0
    _step: int = 0
    _target: int = 0
    _head: int = 0
    _fields: int = 0
    _chunks: int = 0

    def feed(self, size: int) -> None:
        """Count bytes before the parser reads them."""
        self._step = size
        self.unparsed += size

    def begin(self) -> None:
        """Start counting a new request."""
        self.unparsed = min(self.unparsed, self._step)
        self.held = self._target = self._head = self._fields = self._chunks = 0

    def target(self, size: int) -> None:
        """Count a part of the target; refuse it if it is too long."""
        self._take(size)
        self._target += size
        self._head += size
        if self._target > MAX_TARGET:
            raise RefusedError(slug="target-too-long")

    def field(self, size: int) -> None:
        """Count a header or trailer by the bytes of its line; refuse it if there are too many."""
        self._take(size)
        self.held += FIELD
        self._head += size
        self._fields += 1
        if self._fields > MAX_FIELDS or self._head > MAX_HEAD:
            raise RefusedError(slug="head-too-large")

    def body_begins(self) -> None:
        """Note that the head is complete: trailers are counted separately."""
        self._head = self._fields = 0

    def chunk(self) -> None:
        """Count a chunk of a body; refuse it if there are too many."""
        self._chunks += 1
        if self._chunks > MAX_CHUNKS:
            raise RefusedError(f"A body may have at most {MAX_CHUNKS} chunks.")

    def body(self, size: int, *, kept: bool) -> None:
        """Count a part of a body. It is held in memory unless the response is complete."""
        self._take(size)
        if not kept:
            self.held -= size

    def unfinished(self) -> bool:
        """Whether a header that the parser has not reported yet is already too long."""
        return self._head + self.unparsed > MAX_HEAD + LINE

    def _take(self, size: int) -> None:
        self.unparsed -= size
        self.held += size
