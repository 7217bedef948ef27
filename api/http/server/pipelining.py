"""Requests of one connection that wait for the responses to those before them (RFC 9112, 9.3.2)."""

from asyncio import Transport
from collections.abc import Sized
from dataclasses import dataclass
from typing import override

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

MAX_UNANSWERED = 16  # requests of a connection; a read of the socket may hold thousands
WAITING = 4 * 1024  # bytes of memory that a request takes which waits for its turn
UNANSWERED = f"At most {MAX_UNANSWERED} requests of a connection may be unanswered."


@dataclass(slots=True)
class Request:
    """A request that is not answered, and the bytes of memory that it takes."""

    cycle: RequestResponseCycle
    client: str | None  # whom it counts for, where a proxy brings it
    held: int


class PipelineFlow(FlowControl):
    """Reads no further while a request waits for its turn.

    uvicorn reads on after each response, so that each would let further requests in.
    """

    def __init__(self, transport: Transport, waiting: Sized) -> None:
        super().__init__(transport)
        self._waiting = waiting

    @override
    def resume_reading(self) -> None:
        if not self._waiting:
            super().resume_reading()
