"""How large a request may be. It is counted while the parser reads it, which stops at the bound."""

from dataclasses import dataclass

from api.http.server.request_head import RefusedError

MAX_TARGET = 8 * 1024  # bytes; a server should read 8,000 at least (RFC 9110, 4.1)
MAX_FIELDS = 100  # headers of a request, and as many trailers; 16,000 fit into one read
MAX_HEAD = 16 * 1024  # bytes of the target and the headers' lines; a token has under 4 KB
LINE = 32  # bytes of the method, the version and the ends of lines, which MAX_HEAD leaves out
MAX_CHUNKS = 1000  # of a body: 10,000 of a byte took the event loop about 3 ms
STEP = 16 * 1024  # bytes that the parser is fed at once; a read of the socket may have 256 KB
FIELD = 128  # bytes of memory that a header takes beside its text


@dataclass(slots=True)
class RequestSize:
    """Counts the parts of a request, those of its memory, and the bytes not parsed yet.

    The parser keeps what it has of an unfinished header, and tells nothing before its end.
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
        """Begin a request, which has none of the bytes that were fed before."""
        self.unparsed = min(self.unparsed, self._step)
        self.held = self._target = self._head = self._fields = self._chunks = 0

    def target(self, size: int) -> None:
        """Count a part of the target, and refuse one that is too long."""
        self._take(size)
        self._target += size
        self._head += size
        if self._target > MAX_TARGET:
            raise RefusedError(slug="target-too-long")

    def field(self, size: int) -> None:
        """Count a header or trailer, whose line has so many bytes, and refuse one too many."""
        self._take(size)
        self.held += FIELD
        self._head += size
        self._fields += 1
        if self._fields > MAX_FIELDS or self._head > MAX_HEAD:
            raise RefusedError(slug="head-too-large")

    def body_begins(self) -> None:
        """Trailers are counted by themselves."""
        self._head = self._fields = 0

    def chunk(self) -> None:
        """Count a chunk of a body, and refuse one too many."""
        self._chunks += 1
        if self._chunks > MAX_CHUNKS:
            raise RefusedError(f"A body may have {MAX_CHUNKS} chunks at most.")

    def body(self, size: int, *, kept: bool) -> None:
        """Count a part of a body, which is held unless its request is answered."""
        self._take(size)
        if not kept:
            self.held -= size

    def unfinished(self) -> bool:
        """Whether a header, or what else the parser does not tell of, is too long already."""
        return self._head + self.unparsed > MAX_HEAD + LINE

    def _take(self, size: int) -> None:
        self.unparsed -= size
        self.held += size
