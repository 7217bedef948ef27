"""HTTP as it comes off the wire: uvicorn's fast parser, with bounds on a request's head and time.

The parser itself takes headers of any length, for ever, and reads the trailers of a chunked body as
if they were headers (RFC 9110, 6.5.1, forbids that for what authenticates). And uvicorn tells only
the last of pipelined requests that the client is gone: the one in work would log a traceback.
"""

from asyncio import BaseTransport, TimerHandle
from collections import deque
from typing import Any, override

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.request_head import check

MAX_HEAD = 64 * 1024  # bytes, counted in whole reads of the socket
MAX_SECONDS = 30.0  # from a request's first byte, or the connection's start, to its last
MAX_DRAIN = 30.0  # seconds that a client may leave what was sent to it unread

TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection whose request line and headers grow past the bound (RFC 6585, 5).

    So it does with a request that takes too long to arrive: a client that sends nothing, or a byte
    now and then, would keep a descriptor for ever.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_received = 0
        self._in_head = True
        self._unanswered: deque[RequestResponseCycle] = deque()
        self._deadline: TimerHandle | None = None
        self._drain: TimerHandle | None = None

    @override
    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type] # narrower than asyncio's
        self._expect_whole()

    def _expect_whole(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(MAX_SECONDS, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    @override
    def pause_writing(self) -> None:
        """End the connection in MAX_DRAIN seconds: its unread response is held in memory."""
        super().pause_writing()
        self._expect_drained()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        if self._drain is not None:
            self._drain.cancel()
            self._drain = None

    def _expect_drained(self) -> None:
        if self._drain is None:
            self._drain = self.loop.call_later(MAX_DRAIN, self.transport.abort)

    @override
    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection. What is still unread below the high-water mark would stay."""
        super().timeout_keep_alive_handler()
        self._expect_drained()

    @override
    def data_received(self, data: bytes) -> None:
        self._expect_whole()
        if self._in_head:
            self._head_received += len(data)
        super().data_received(data)
        if self._in_head and self._head_received > MAX_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    @override
    def on_message_begin(self) -> None:
        self._expect_whole()  # one may begin in the same read as another one ends
        super().on_message_begin()

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        check(self.parser.get_http_version(), self.headers)  # ValueError: uvicorn answers 400
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:  # an upgrade makes none
            self._unanswered.append(self.cycle)

    @override
    def on_response_complete(self) -> None:
        self._unanswered.popleft()  # answers go out in the order of the requests
        super().on_response_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._expect_nothing()
        if self._drain is not None:
            self._drain.cancel()
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._expect_nothing()
        self._in_head = True
        self._head_received = 0
