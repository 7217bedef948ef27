"""HTTP as it comes off the wire: uvicorn's fast parser, with bounds on a request's head and time.

The parser itself takes headers of any length, for ever, and reads the trailers of a chunked body as
if they were headers (RFC 9110, 6.5.1, forbids that for what authenticates). And uvicorn tells only
the last of pipelined requests that the client is gone: the one in work would log a traceback.
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

MAX_SECONDS = 30.0  # from a request's first byte, or the connection's start, to its last
MAX_DRAIN = 30.0  # seconds that a client may leave what was sent to it unread

TOO_MANY = "The client has as many connections, or requests in work, as it may."


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection whose request line and headers grow past the bound (RFC 6585, 5).

    So it does with a request that takes too long to arrive: a client that sends nothing, or a byte
    now and then, would keep a descriptor for ever. And so with one more than its address may have,
    and where too much waits to be sent to all.
    """

    def __init__(
        self, *args: Any, addresses: Addresses, held: MemoryBudget, published_at: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.url = b""
        self._published_at = published_at  # the path of api/http/root_path.py
        self._refused: bytes | None = None  # the last response, when its turn comes
        self.address = ""  # of the client whose request came last
        self._addresses, self._held = addresses, held
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
        """End the connection at once, without what waits."""
        self.transport.abort()
        self._release()  # what asyncio tells, it tells after other connections were read

    def _count(self) -> None:
        """Tell what is held for the connection."""
        size = self._size.held + self._size.unparsed
        for request in self._unanswered:
            size += request.held
        if self.flow.write_paused:
            size += self.transport.get_write_buffer_size()
        self._held.count(self, size)

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
        """Close an idle connection. What is still unread below the high-water mark would stay."""
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
        """Answer what the parser refused, or a callback of it, amid its exception."""
        error = sys.exception()
        reason = error.__context__ if error is not None else None
        if not isinstance(reason, RefusedError):
            reason = RefusedError(f"The request is not valid HTTP: {error}.")
        self._refuse(reason)

    def _problem(self, error: RefusedError) -> Any:
        return refusal(self._published_at, KINDS[error.slug], error.detail)

    def _refuse(self, error: RefusedError) -> None:
        """End the connection with a problem, after the responses to the requests before."""
        if self._refused is not None or self.transport.is_closing():
            return
        self._expect_nothing()
        response = self._problem(error)
        head_only = self.url != b"" and self.parser.get_method() == b"HEAD"
        self._refused = as_bytes(response, self.server_state.default_headers, head_only=head_only)
        if (
            error.detail != TOO_MANY
        ):  # of those, api/http/server/client_addresses.py tells now and then
            given, reason = response.headers["x-request-id"], error.detail or error.slug
            access.info("refused %d %s %s", response.status_code, given, reason)
        if not self._in_head:
            self._give_up()
        if not self._unanswered:
            self._end()

    def _give_up(self) -> None:
        """Take the last request back: its body is refused. One that is being answered stays."""
        broken = self.cycle
        if broken.response_started:
            self._refused = b""  # nothing may follow its response
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
        self._expect_whole()  # one may begin in the same read as another one ends
        super().on_message_begin()
        self._size.begin()

    @override
    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._size.target(len(url))

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        self._size.field(len(name) + len(value) + 4)  # a colon, a blank and the line's end
        if self._in_head:
            super().on_header(name, value.rstrip(b" \t"))  # not part of it (RFC 9112, 5.1)

    def on_chunk_header(self) -> None:
        """Count a chunk of a body, and refuse one too many."""
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
            if self.cycle is not before:  # an upgrade makes none
                self._unanswered.append(Request(self.cycle, client, waiting))
            elif client is not None:
                self._addresses.leave(client)
        self._in_head = False

    def _enter(self) -> str | None:
        """Count a request for the client that a proxy brings it from, or let it be refused."""
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
        if not self._unanswered:  # it was aborted amid the response
            return
        self._leave(self._unanswered.popleft())  # answers go out in the order of the requests
        if not self._unanswered:
            if not self._in_head:
                self._size.held = 0  # the rest of its body is dropped
            self._end()
        self._count()
        # The next request's response would be held beside this one, which is still unread.
        self._next_waits = self.flow.write_paused and not self.transport.is_closing()
        if not self._next_waits:
            super().on_response_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._expect_nothing()
        if self._drain is not None:
            self._drain.cancel()
        self._held.remove(self)
        if self._counted:
            self._addresses.leave(self.address)
        self._release()

    def _release(self) -> None:
        """Let go of the requests at once: they and the connection refer to each other."""
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
