"""What bodies that were refused cost their sender: time, before the next one is read."""

import asyncio
from collections import deque

from starlette.types import Scope

from api.http.problems import ProblemError

EACH = 0.005  # seconds, for a refused body of any size
A_BYTE = 1e-6  # seconds: 60 KB in the worst shape took 3 ms of the event loop, and cost 65
OF_ALL = 0.3  # of what a body costs its sender: it costs so much to all senders together
WAITING = 8  # bodies of one sender; a browser has six connections
REMEMBERED = 1000  # senders, before those who need not wait any more are forgotten


class BadBodies:
    """Lets each user have about one refused body read every few milliseconds.

    To read a body and say what is wrong with it takes the event loop up to 3 ms, in which nobody
    else is served. So its sender waits, over all connections, before the next body is read; who
    sends good ones never does. Those who wait are let go on one by one.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}  # of whoever's body was refused not long ago
        self._all_until = 0.0
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._reading = False  # a body that waited, whose cost is not known yet

    async def wait(self, scope: Scope) -> None:
        """Return when a body of this request's sender may be read.

        What comes next must not let others run before it calls `charge`, or many bodies that
        wait for the same moment would be read in it.

        Raises:
            ProblemError: 503, too many of the same sender wait.
        """
        if not self._until:
            return
        sender, loop = _sender(scope), asyncio.get_running_loop()
        until = self._until.get(sender, 0.0)
        if until <= loop.time() and sender not in self._waiting:
            return
        line = self._waiting.setdefault(sender, deque())
        if len(line) >= WAITING:
            raise ProblemError("unavailable", "The caller's last bodies were refused.")
        turn = loop.create_future()
        line.append(turn)
        if len(line) == 1:
            loop.call_at(until, self._go_on, sender)
        await turn

    def charge(self, scope: Scope, size: int) -> None:
        """Note that a body of so many bytes was refused."""
        now = asyncio.get_running_loop().time()
        if len(self._until) >= REMEMBERED:
            self._until = {name: until for name, until in self._until.items() if until > now}
        sender, cost = _sender(scope), EACH + A_BYTE * size
        self._until[sender] = max(now, self._until.get(sender, 0.0)) + cost
        self._all_until = max(now, self._all_until) + OF_ALL * cost

    def _go_on(self, sender: str) -> None:
        """Let the first who waits go on, if it is time."""
        loop, line = asyncio.get_running_loop(), self._waiting[sender]
        due = max(self._until.get(sender, 0.0), self._all_until)
        if due > loop.time():
            loop.call_at(due, self._go_on, sender)
        elif self._reading:
            loop.call_soon(self._go_on, sender)
        else:
            if not line[0].done():  # or its request was cancelled
                line[0].set_result(None)
            self._reading = True
            loop.call_soon(self._was_read, sender)

    def _was_read(self, sender: str) -> None:
        """Run after whoever waited for the turn, which was charged by then, if it was refused."""
        self._reading = False
        self._waiting[sender].popleft()
        if self._waiting[sender]:
            self._go_on(sender)
        else:
            del self._waiting[sender]


def _sender(scope: Scope) -> str:
    """The user of the token, or the address where no dependency asked for one."""
    user = scope.get("state", {}).get("user_id")
    return str(user) if user is not None else f"address {scope['client'][0]}"
