"""Pipelined requests: those that wait for the responses to earlier ones (RFC 9112, 9.3.2)."""

from asyncio import Transport
from collections.abc import Sized
from dataclasses import dataclass
from typing import override

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

MAX_UNANSWERED = 16  # requests of a connection; one read of the socket may contain thousands
WAITING = 4 * 1024  # bytes of memory of a request that waits
UNANSWERED = f"At most {MAX_UNANSWERED} requests of a connection may be unanswered."


@dataclass(slots=True)
class Request:
    """A request without a complete response, and the bytes of memory that it takes."""

    cycle: RequestResponseCycle
    client: str | None  # for whom it is counted, if it came through a proxy
    held: int


class PipelineFlow(FlowControl):
    """Reads no more of the socket while a request waits.

    uvicorn resumes reading after each response, so that each one would admit further requests.
    """

    def __init__(self, transport: Transport, waiting: Sized) -> None:
        super().__init__(transport)
        self._waiting = waiting

    @override
    def resume_reading(self) -> None:
        if not self._waiting:
            super().resume_reading()
