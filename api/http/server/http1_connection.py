"""A client's HTTP/1.1 connection: uvicorn's fast parser, with limits on size, time and memory.

The parser accepts headers of any length, for any time, and treats the trailers of a chunked body as
headers (RFC 9110, 6.5.1, forbids that for fields that authenticate). And when a client disconnects,
uvicorn informs only the last of its pipelined requests: the running one would log a traceback.
"""

import sys
from asyncio import BaseTransport, TimerHandle
from collections import deque
from typing import Any, override

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.middleware import access
from api.http.problems import KINDS
from api.http.server.client_addresses import Addresses
from api.http.server.memory_budget import MemoryBudget
from api.http.server.pipelining import MAX_UNANSWERED, UNANSWERED, WAITING, PipelineFlow, Request
from api.http.server.refusals import as_bytes, refusal
from api.http.server.request_head import RefusedError, check, origin_form
from api.http.server.request_size import STEP, RequestSize

MAX_SECONDS = 30.0  # from a request's first byte, or the connection's start, to the last byte
MAX_DRAIN = 30.0  # seconds in which a client must read what was sent to it

TOO_MANY = "The client has too many connections, or too many requests in progress."


class Http1Connection(HttpToolsProtocol):
    """Closes a connection that exceeds a limit, after a response that says which one.

    The limits: the size of the request line and headers (RFC 6585, 5); the time that a request
    takes to arrive, because a client that sends nothing, or one byte now and then, would keep a
    descriptor for ever; the connections of one address; the memory of all connections together.
    """

    def __init__(
        self, *args: Any, addresses: Addresses, memory: MemoryBudget, root_path: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.url = b""
        self._published_at = root_path  # uvicorn has an attribute root_path of another meaning
        self._refused: bytes | None = None  # the last response, sent after those before it
        self.address = ""  # of the client of the latest request
        self._addresses, self._memory = addresses, memory
        self._counted = self._through_proxy = self._next_waits = False
        self._size = RequestSize()
        self._in_head = True
        self._unanswered: deque[Request] = deque()
        self._deadline: TimerHandle | None = None
        self._drain: TimerHandle | None = None

    @override
    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type] # narrower than asyncio's
        self.flow = PipelineFlow(self.transport, self.pipeline)
        self.address = self.client[0] if self.client else ""
        self._through_proxy = self._addresses.trusts(self.address)
        if not self._through_proxy:
            self._counted = self._addresses.enter(self.address)
            if not self._counted:
                self._refuse(RefusedError(TOO_MANY, "unavailable"))
        self._expect_whole()

    def abort(self) -> None:
        """Close the connection at once, and discard what was not sent."""
        self.transport.abort()
        self._release()  # asyncio calls connection_lost later, after it has read other connections

    def _count(self) -> None:
        """Report how many bytes are held for the connection."""
        size = self._size.held + self._size.unparsed
        for request in self._unanswered:
            size += request.held
        if self.flow.write_paused:
            size += self.transport.get_write_buffer_size()
        self._memory.count(self, size)

    def _expect_whole(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(MAX_SECONDS, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    @override
    def pause_writing(self) -> None:
        """Close the connection in MAX_DRAIN seconds: its unread response is held in memory."""
        super().pause_writing()
        self.flow.pause_reading()
        self._expect_drained()
        self._count()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._count()
        if self._next_waits:
            self._next_waits = False
            super().on_response_complete()
        if self._drain is not None:
            self._drain.cancel()
            self._drain = None

    def _expect_drained(self) -> None:
        if self._drain is None:
            self._drain = self.loop.call_later(MAX_DRAIN, self.transport.abort)

    @override
    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; abort it if the client does not read the rest of a response."""
        super().timeout_keep_alive_handler()
        self._expect_drained()

    @override
    def data_received(self, data: bytes) -> None:
        for at in range(0, len(data), STEP):
            if self._refused is None:
                self._read(data[at : at + STEP])
        self._count()

    def _read(self, data: bytes) -> None:
        self._expect_whole()
        self._size.feed(len(data))
        super().data_received(data)
        if self._size.unfinished():
            self._refuse(RefusedError(slug="head-too-large"))

    @override
    def send_400_response(self, msg: str) -> None:
        """Answer a request that the parser, or one of its callbacks, has refused."""
        error = sys.exception()
        reason = error.__context__ if error is not None else None
        if not isinstance(reason, RefusedError):
            reason = RefusedError(f"The request is not valid HTTP: {error}.")
        self._refuse(reason)

    def _problem(self, error: RefusedError) -> Any:
        return refusal(self._published_at, KINDS[error.slug], error.detail)

    def _refuse(self, error: RefusedError) -> None:
        """Close the connection with a problem, after the responses to earlier requests."""
        if self._refused is not None or self.transport.is_closing():
            return
        self._expect_nothing()
        response = self._problem(error)
        head_only = self.url != b"" and self.parser.get_method() == b"HEAD"
        self._refused = as_bytes(response, self.server_state.default_headers, head_only=head_only)
        # client_addresses.py logs connections that are refused, at most every ten seconds.
        if error.detail != TOO_MANY:
            given, reason = response.headers["x-request-id"], error.detail or error.slug
            access.info("refused %d %s %s", response.status_code, given, reason)
        if not self._in_head:
            self._give_up()
        if not self._unanswered:
            self._end()

    def _give_up(self) -> None:
        """Remove the last request, whose body is refused, unless its response has begun."""
        broken = self.cycle
        if broken.response_started:
            self._refused = b""  # no response may follow the response to this request
            return
        self._leave(self._unanswered.pop())
        if self.pipeline:
            self.pipeline.popleft()
        broken.disconnected = True
        broken.message_event.set()

    def _end(self) -> None:
        if self._refused is not None and not self.transport.is_closing():
            self.transport.write(self._refused)
            self.transport.close()

    @override
    def on_message_begin(self) -> None:
        self._expect_whole()  # a request may begin in the same read in which another one ends
        super().on_message_begin()
        self._size.begin()

    @override
    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._size.target(len(url))

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        self._size.field(len(name) + len(value) + 4)  # a colon, a space and the end of the line
        if self._in_head:
            super().on_header(
                name, value.rstrip(b" \t")
            )  # trailing white space is not part of it (RFC 9112, 5.1)

    def on_chunk_header(self) -> None:
        """Count a chunk of a body; refuse it if there are too many."""
        self._size.chunk()

    @override
    def on_body(self, body: bytes) -> None:
        self._size.body(len(body), kept=not self.cycle.response_complete)
        super().on_body(body)

    @override
    def on_headers_complete(self) -> None:
        if len(self._unanswered) >= MAX_UNANSWERED:
            raise RefusedError(UNANSWERED, "unavailable")
        check(self.parser.get_http_version(), self.headers)
        self.url = origin_form(self.url)
        self._size.body_begins()
        app, before = self.app, self.cycle
        client = self._enter() if self._through_proxy else None
        waiting = WAITING if self._unanswered else 0
        try:
            super().on_headers_complete()
        finally:
            self.app = app
            if self.cycle is not before:  # an upgrade request creates no cycle
                self._unanswered.append(Request(self.cycle, client, waiting))
            elif client is not None:
                self._addresses.leave(client)
        self._in_head = False

    def _enter(self) -> str | None:
        """Count a request for the client behind a proxy, or have it refused."""
        client = self._addresses.client(self.headers)
        if client is None:
            return None
        self.address = client
        if self._addresses.enter(client):
            return client
        self.app = self._problem(RefusedError(TOO_MANY, "unavailable"))
        return None

    def _leave(self, request: Request) -> None:
        if request.client is not None:
            self._addresses.leave(request.client)

    @override
    def on_response_complete(self) -> None:
        if not self._unanswered:  # the connection was aborted during the response
            return
        self._leave(self._unanswered.popleft())  # responses have the order of the requests
        if not self._unanswered:
            if not self._in_head:
                self._size.held = 0  # the rest of its body is dropped
            self._end()
        self._count()
        # Otherwise the next response would be held in memory beside this one, which is unread.
        self._next_waits = self.flow.write_paused and not self.transport.is_closing()
        if not self._next_waits:
            super().on_response_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._expect_nothing()
        if self._drain is not None:
            self._drain.cancel()
        self._memory.remove(self)
        if self._counted:
            self._addresses.leave(self.address)
        self._release()

    def _release(self) -> None:
        """Release the requests now: they and the connection refer to each other."""
        for request in self._unanswered:
            self._leave(request)
            request.cycle.disconnected = True
            request.cycle.message_event.set()
        self._unanswered.clear()
        self.pipeline.clear()
        self.cycle = None  # type: ignore[assignment] # as before the first request

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._expect_nothing()
        self._in_head = True
        if not self.cycle.response_complete:
            self._unanswered[-1].held += self._size.held
        self._size.held = 0
